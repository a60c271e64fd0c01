package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proconsul.rpc.client.ClientConfig.Mode;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.Status;
import dev.proconsul.rpc.structs.WriteRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What goes over the wire, byte by byte, against bytes recorded from Consul's own client and server.
class WireBytesTest {
    private static final String PING = "82a3536571%02xad536572766963654d6574686f64ab5374617475732e50696e6780";
    private static final String PONG = "83a54572726f72a0a353657101ad536572766963654d6574686f64ab5374617475732e50696e6780";
    private static final String GET = "82a353657101ad536572766963654d6574686f64a74b56532e476574"
            + "8eb8416c6c6f774e6f744d6f646966696564526573706f6e7365c2aa416c6c6f775374616c65c2aa4461746163656e746572a364"
            + "6331a646696c746572a0a34b6579a7706c61696e2f61a64d617841676500ac4d6178517565727954696d6500b04d61785374616c"
            + "654475726174696f6e00ad4d696e5175657279496e64657800ae4d757374526576616c6964617465c2b152657175697265436f6e"
            + "73697374656e74c2ac5374616c6549664572726f7200a5546f6b656ea0a85573654361636865c2";
    private static final String NO_PATH = "83a54572726f72b54e6f207061746820746f206461746163656e746572a353657101ad53657276"
            + "6963654d6574686f64a74b56532e47657480";
    private static final String SET = "82a353657101ad536572766963654d6574686f64a94b56532e4170706c79"
            + "84aa4461746163656e746572a3646331a6446972456e7487ab437265617465496e64657800a5466c6167732aa34b6579a7706c61"
            + "696e2f61a94c6f636b496e64657800ab4d6f64696679496e64657800a753657373696f6ea0a556616c7565a36f6e65a24f70a373"
            + "6574a5546f6b656ea0";
    private static final String FALSE = "83a54572726f72a0a353657101ad536572766963654d6574686f64a94b56532e4170706c79c2";

    private ServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void end() throws IOException {
        listener.close();
    }

    private ClientConfig config(Mode mode) {
        return ClientConfig.of("127.0.0.1:" + listener.getLocalPort()).withMode(mode);
    }

    private static <T> FutureTask<T> start(Callable<T> task) {
        var future = new FutureTask<>(task);
        Thread.startVirtualThread(future);
        return future;
    }

    private Socket accept() throws IOException {
        var socket = listener.accept();
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void expect(Socket socket, String hex) throws IOException {
        assertEquals(hex, HexFormat.of().formatHex(socket.getInputStream().readNBytes(hex.length() / 2)));
    }

    private static void say(Socket socket, String hex) throws IOException {
        socket.getOutputStream().write(HexFormat.of().parseHex(hex));
    }

    private static String data(int stream, String hex) {
        return "00000000%08x%08x%s".formatted(stream, hex.length() / 2, hex);
    }

    @Test
    void singleModeSaysTypeByteZeroAndTheRequest() throws Exception {
        try (var client = RpcClient.connect(config(Mode.SINGLE)); var server = accept()) {
            var ping = start(() -> client.call(Status.PING, Empty.ZERO));
            expect(server, "00" + PING.formatted(1));
            say(server, PONG);
            ping.get(10, TimeUnit.SECONDS);

            var again = start(() -> client.call(Status.PING, Empty.ZERO));
            expect(server, PING.formatted(2));
            say(server, PONG);
            again.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aReadOfAKeyIsTheRecordedOne() throws Exception {
        try (var client = RpcClient.connect(config(Mode.SINGLE)); var server = accept()) {
            var get = start(() -> assertThrows(CallException.Refused.class,
                    () -> client.call(KVS.GET, KeyRequest.ZERO.withDatacenter("dc1").withKey("plain/a"))));

            expect(server, "00" + GET);
            say(server, NO_PATH);

            assertEquals("No path to datacenter", get.get(10, TimeUnit.SECONDS).getMessage());
        }
    }

    @Test
    void aWriteOfAKeyIsTheRecordedOne() throws Exception {
        var entry = DirEntry.ZERO.withKey("plain/a").withFlags(42).withValue(Bytes.of("one".getBytes()));
        try (var client = RpcClient.connect(config(Mode.SINGLE)); var server = accept()) {
            var set = start(() -> client.call(KVS.APPLY, new KVSRequest("dc1", KVOp.SET, entry, WriteRequest.ZERO)));

            expect(server, "00" + SET);
            say(server, FALSE);

            assertEquals(false, set.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    @DisplayName("transport rows 142, 143, 144: one stream for call after call, a new one after an error")
    void oneStreamForCallAfterCallAndANewOneAfterAnError() throws Exception {
        try (var client = RpcClient.connect(config(Mode.MUX)); var server = accept()) {
            var first = start(() -> client.call(Status.PING, Empty.ZERO));
            expect(server, "04" + "000100010000000100000000" + data(1, PING.formatted(1)));
            say(server, "000100020000000100000000" + data(1, PONG));
            first.get(10, TimeUnit.SECONDS);

            var second = start(() -> client.call(Status.PING, Empty.ZERO));
            expect(server, data(1, PING.formatted(2)));
            say(server, data(1, PONG));
            second.get(10, TimeUnit.SECONDS);

            var third = start(() -> assertThrows(CallException.Refused.class, () ->
                    client.call(Status.PING, Empty.ZERO)));
            expect(server, data(1, PING.formatted(3)));
            say(server, data(1, NO_PATH));
            assertEquals("No path to datacenter", third.get(10, TimeUnit.SECONDS).getMessage());
            expect(server, "000100040000000100000000");

            var fourth = start(() -> client.call(Status.PING, Empty.ZERO));
            expect(server, "000100010000000300000000" + data(3, PING.formatted(4)));
            say(server, "000100020000000300000000" + data(3, PONG));
            fourth.get(10, TimeUnit.SECONDS);
        }
    }
}
