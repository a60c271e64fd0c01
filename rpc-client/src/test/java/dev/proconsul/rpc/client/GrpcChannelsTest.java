package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proconsul.rpc.transport.tls.TcpDialer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What a channel says first, and what becomes of calls that cannot be made.
class GrpcChannelsTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final String PREFACE = HexFormat.of().formatHex(
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

    @Test
    void aWindowHasALeastSize() {
        var server = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        var second = Duration.ofSeconds(1);
        var e = assertThrows(IllegalArgumentException.class,
                () -> GrpcChannels.open(server, new TcpDialer(), second, 65_534));
        assertEquals("a window of 65534 bytes, expected at least 65535", e.getMessage());
        GrpcChannels.open(server, new TcpDialer(), second, 65_535).shutdownNow();
    }

    @Test
    @DisplayName("transport chapter 8.2: type byte 8, then HTTP/2 with prior knowledge")
    void announcesGrpcFirst() throws IOException {
        try (var port = new ServerSocket(0, 1, HERE)) {
            port.setSoTimeout(10_000);
            var channel = GrpcChannels.open(ClientConfig.of(new InetSocketAddress(HERE, port.getLocalPort())));
            try {
                call(channel, new byte[1]);
                try (var peer = port.accept()) {
                    peer.setSoTimeout(10_000);
                    var said = peer.getInputStream().readNBytes(1 + 24 + 9);
                    assertEquals("08" + PREFACE, HexFormat.of().formatHex(said, 0, 25));
                    assertEquals(4, said[25 + 3], "SETTINGS");
                }
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void saysWhichServerCannotBeReached() throws IOException {
        int nobody;
        try (var port = new ServerSocket(0, 1, HERE)) {
            nobody = port.getLocalPort();
        }
        var channel = GrpcChannels.open(ClientConfig.of("127.0.0.1:" + nobody));
        try {
            var status = call(channel, new byte[1]).orTimeout(10, TimeUnit.SECONDS).join();

            assertEquals(Status.Code.UNAVAILABLE, status.getCode());
            assertEquals("cannot connect to 127.0.0.1:" + nobody + ": Connection refused",
                    String.valueOf(status.getCause() == null ? status : status.getCause().getMessage()));
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    @DisplayName("transport chapter 8.2: a message of more than 8 MiB is not sent, and its caller hears why at once")
    void limitsWhatIsSent() {
        var channel = GrpcChannels.open(ClientConfig.of("127.0.0.1:1"));
        try {
            var refused = assertThrows(StatusRuntimeException.class, () -> call(channel, new byte[(8 << 20) + 1]));

            assertEquals("RESOURCE_EXHAUSTED: trying to send message larger than max (8388609 vs. 8388608)",
                    refused.getMessage());
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void wantsATimeout() {
        var server = new InetSocketAddress(HERE, 1);

        var refused = assertThrows(IllegalArgumentException.class, () -> GrpcChannels.open(server, (_, _, _) -> {
            throw new IOException("not dialed");
        }, Duration.ZERO));

        assertEquals("dialTimeout is PT0S, but must be more than zero", refused.getMessage());
    }

    private static CompletableFuture<Status> call(ManagedChannel channel, byte[] message) {
        var method = MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
                .setType(MethodType.UNARY).setFullMethodName("test.Bytes/Echo").build();
        var end = new CompletableFuture<Status>();
        var call = channel.newCall(method, CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onClose(Status status, Metadata trailers) {
                end.complete(status);
            }
        }, new Metadata());
        call.request(2);
        call.sendMessage(message);
        call.halfClose();
        return end;
    }

    /// Messages as they are.
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
