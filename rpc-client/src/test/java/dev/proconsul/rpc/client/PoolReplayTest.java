package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.RequestHeader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Our pool in the place of Consul's in the recorded conversations of `vectors/rpc/pool.jsonl`: it connects, sends the
/// type byte and every frame of every stream as that one did, and tells its callers the same.
///
/// What may differ are sequence numbers, which are the client's own, and the order of frames of different streams.
class PoolReplayTest {
    private static final Pattern EVENT = Pattern.compile("\\{\"at_ms\":[^{}]*}");
    private static final Duration LONG = Duration.ofSeconds(30);

    private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
    private final Map<Integer, BlockingQueue<byte[]>> arrived = new ConcurrentHashMap<>();
    private final BlockingQueue<Integer> connectionEnds = new LinkedBlockingQueue<>();

    static Stream<String> recordings() throws IOException {
        try (var in = PoolReplayTest.class.getResourceAsStream("/vectors/rpc/pool.jsonl")) {
            assertNotNull(in);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList().stream();
        }
    }

    private static String member(String event, String name) {
        var match = Pattern.compile("\"" + name + "\":(?:\"([^\"]*)\"|([0-9]+))").matcher(event);
        return !match.find() ? "" : match.group(1) != null ? match.group(1) : match.group(2);
    }

    @ParameterizedTest(name = "pool.jsonl {index}")
    @MethodSource("recordings")
    void behavesAsConsulsPool(String recording) throws Exception {
        var events = new ArrayList<String>();
        var match = EVENT.matcher(recording.substring(recording.indexOf("\"timeline\"")));
        while (match.find()) {
            events.add(match.group());
        }
        var requests = requests(events);
        try (var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var pool = new ServerPool(PoolConfig.OF_AGENTS, Dialers.clearText()); // each recording shuts it down
            listener.setSoTimeout(20_000);
            var server = new ServerInfo("id", "node", "dc1", "127.0.0.1:" + listener.getLocalPort());
            Socket socket = null;
            for (var event : events) {
                var step = member(event, "step");
                if (step.startsWith("call ")) {
                    var request = requests.remove(0);
                    assertEquals(step, "call " + request.method());
                    Thread.startVirtualThread(() -> call(pool, server, request));
                } else if (step.contains(" returns")) {
                    var outcome = outcomes.poll(20, TimeUnit.SECONDS);
                    assertEquals(step, outcome);
                } else if (step.equals("the pool is shut down")) {
                    pool.close();
                } else if (event.contains("client connects")) {
                    socket = listener.accept();
                    read(socket, Integer.parseInt(member(event, "conn")));
                } else if (event.contains("server closes")) {
                    assertNotNull(socket);
                    socket.shutdownOutput();
                } else if (event.contains("client closes")) {
                    assertNotNull(connectionEnds.poll(20, TimeUnit.SECONDS), "the connection ends");
                } else if (member(event, "dir").equals("s2c")) {
                    assertNotNull(socket);
                    socket.getOutputStream().write(HexFormat.of().parseHex(member(event, "hex")));
                } else {
                    check(event);
                }
            }
            assertTrue(arrived.values().stream().allMatch(BlockingQueue::isEmpty), "nothing else was sent");
        }
    }

    private record Request(String method, byte[] body) {}

    private static List<Request> requests(List<String> events) throws IOException {
        var requests = new ArrayList<Request>();
        for (var event : events) {
            var frame = HexFormat.of().parseHex(member(event, "hex"));
            if (member(event, "dir").equals("c2s") && frame.length > 12) {
                var payload = Arrays.copyOfRange(frame, 12, frame.length);
                var reader = MsgpackReader.of(payload, DecodeLimits.DEFAULT);
                var header = RequestHeader.CODEC.decode(reader);
                requests.add(new Request(header.serviceMethod(),
                        Arrays.copyOfRange(payload, (int) reader.position(), payload.length)));
            }
        }
        return requests;
    }

    private void call(ServerPool pool, ServerInfo server, Request request) {
        try {
            pool.call(server, request.method(), request.body(), LONG);
            outcomes.add(request.method() + " returns");
        } catch (CallException e) {
            outcomes.add(request.method() + " returns error: " + e.wireText());
        } catch (InterruptedException e) {
            outcomes.add("interrupted");
        }
    }

    private void check(String event) throws InterruptedException {
        var stream = member(event, "stream");
        var got = queue(stream.isEmpty() ? -1 : Integer.parseInt(stream)).poll(20, TimeUnit.SECONDS);
        assertNotNull(got, event);
        if (stream.isEmpty()) {
            assertEquals(member(event, "type_byte"), String.valueOf(got[0]));
        } else {
            assertArrayEquals(withoutSeq(HexFormat.of().parseHex(member(event, "hex"))), withoutSeq(got), event);
        }
    }

    /// The sequence number is the byte behind the frame header, the map header and its name.
    private static byte[] withoutSeq(byte[] frame) {
        if (frame.length > 12) {
            frame[12 + 5] = 0;
        }
        return frame;
    }

    private BlockingQueue<byte[]> queue(int stream) {
        return arrived.computeIfAbsent(stream, _ -> new LinkedBlockingQueue<>());
    }

    private void read(Socket socket, int number) {
        Thread.startVirtualThread(() -> {
            try {
                var in = new DataInputStream(socket.getInputStream());
                queue(-1).add(new byte[] {in.readByte()});
                while (true) {
                    var header = in.readNBytes(12);
                    if (header.length < 12) {
                        throw new EOFException();
                    }
                    int length = header[1] == 0 ? ByteBuffer.wrap(header).getInt(8) : 0;
                    var frame = Arrays.copyOf(header, 12 + length);
                    in.readFully(frame, 12, length);
                    queue(ByteBuffer.wrap(header).getInt(4)).add(frame);
                }
            } catch (IOException e) {
                connectionEnds.add(number);
            }
        });
    }
}
