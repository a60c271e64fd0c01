package dev.proconsul.rpc.transport.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.TlsIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsRefusalTest {
    private static final byte[] ALERT = HexFormat.of().parseHex("15030300020270");
    private static final byte[] NOTHING = {};

    /// A ClientHello with a body of `length` zeros, in records of `record` bytes.
    private static byte[] hello(int length, int record) {
        var message = new byte[4 + length];
        message[0] = 1;
        message[1] = (byte) (length >> 16);
        message[2] = (byte) (length >> 8);
        message[3] = (byte) length;
        var records = new ByteArrayOutputStream();
        for (int at = 0; at < message.length; at += record) {
            int piece = Math.min(record, message.length - at);
            records.writeBytes(new byte[] {22, 3, 1, (byte) (piece >> 8), (byte) piece});
            records.write(message, at, piece);
        }
        return records.toByteArray();
    }

    private static byte[] answerTo(byte[] bytes) throws IOException {
        return answerTo(new ByteArrayInputStream(bytes), new TlsRefusal());
    }

    private static byte[] answerTo(InputStream in, TlsRefusal refusal) throws IOException {
        var connection = new Scripted(in);
        refusal.serve(connection);
        return connection.sent.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 100, 516, 16_384})
    void aClientHelloInRecordsOfAnySizeGetsTheAlert(int record) throws IOException {
        assertArrayEquals(ALERT, answerTo(hello(512, record)));
    }

    @Test
    void theLongestClientHelloGetsTheAlertAndALongerOneNothing() throws IOException {
        assertArrayEquals(ALERT, answerTo(hello(1 << 16, 16_384)));
        assertArrayEquals(NOTHING, answerTo(hello((1 << 16) + 1, 16_384)));
    }

    @Test
    void theLongestRecordIsReadAndALongerOneIsNot() throws IOException {
        assertArrayEquals(ALERT, answerTo(hello(20_000, 16_384)));
        assertArrayEquals(NOTHING, answerTo(hello(20_000, 16_385)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "16", "1603010000", // an empty record
        "16030100040200000001", // no ClientHello
        "1603010004010000", // ends early
        "160301000401000000", // an empty ClientHello
        "1703030001aa", // application data
        "160401000101", // no TLS of any version
        "474554202f20485454502f312e310d0a" // GET / HTTP/1.1
    })
    void whatIsNoWholeClientHelloGetsNothing(String hex) throws IOException {
        assertArrayEquals(NOTHING, answerTo(HexFormat.of().parseHex(hex)));
    }

    @Test
    void anOtherRecordInTheMiddleEndsIt() throws IOException {
        var first = hello(512, 200);
        first[205] = 23; // the second record's type

        assertArrayEquals(NOTHING, answerTo(first));
    }

    @Test
    void silenceEndsAtTheReadTimeout() {
        var silent = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new SocketTimeoutException("silence");
            }
        };

        assertThrows(SocketTimeoutException.class, () -> answerTo(silent, new TlsRefusal()));
    }

    @Test
    void aClientThatSendsByteByByteEndsAfterTenSeconds() {
        var clock = new AtomicLong();
        var bytes = new ByteArrayInputStream(hello(512, 516));
        var dribbling = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("reads pieces");
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                clock.addAndGet(1_000_000_000L);
                return bytes.read(into, offset, 1);
            }
        };

        assertThrows(SocketTimeoutException.class, () -> answerTo(dribbling, new TlsRefusal(clock::get)));
        assertEquals(TlsRefusal.PATIENCE_NANOS + 1_000_000_000L, clock.get());
    }

    @Test
    void aRealClientUnderstandsTheAlert() throws Exception {
        try (var listener = Listener.bind(new InetSocketAddress("127.0.0.1", 0));
                var socket = (SSLSocket) SSLSocketFactory.getDefault().createSocket()) {
            Thread.startVirtualThread(() -> {
                try (var connection = listener.accept()) {
                    new TlsRefusal().serve(connection);
                } catch (IOException e) {
                    // the client sees that nothing comes
                }
            });
            socket.connect(listener.address());
            socket.setSoTimeout(10_000);

            var e = assertThrows(SSLException.class, socket::startHandshake);

            assertTrue(String.valueOf(e.getMessage()).contains("unrecognized_name"), e.getMessage());
        }
    }

    private static final class Scripted implements Connection {
        private final InputStream in;
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

        Scripted(InputStream in) {
            this.in = in;
        }

        @Override
        public InputStream input() {
            return in;
        }

        @Override
        public OutputStream output() {
            return sent;
        }

        @Override
        public int peek() {
            throw new AssertionError("not asked for");
        }

        @Override
        public void finishWriting() {}

        @Override
        public void readTimeout(Duration timeout) {}

        @Override
        public SocketAddress peer() {
            return new InetSocketAddress(0);
        }

        @Override
        public Optional<TlsIdentity> tls() {
            return Optional.empty();
        }

        @Override
        public void onAbort(Runnable action) {}

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }
}
