package dev.proconsul.rpc.server.internal.grpc;

import dev.proconsul.rpc.api.Connection;
import java.io.IOException;
import java.io.Serial;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongSupplier;

/// The first words of an HTTP/2 connection with prior knowledge, said and heard before gRPC gets it.
///
/// ```
///   server ──► SETTINGS (at once, without waiting)
///   client ──► "PRI * HTTP/2.0 …"   SETTINGS ──► gRPC, which reads both again
/// ```
///
/// A peer that does not say them in time, or says something else, never reaches gRPC: it costs no more than a parked
/// thread, and does not even make gRPC load. The SETTINGS are what Consul sends, byte for byte; gRPC sends its own as
/// a second frame, which every client takes.
///
/// Source: RFC 9113 section 3.4; grpc-go `http2_server.go`.
final class Http2Opening {
    /// MAX_FRAME_SIZE = 16384, which is the value that holds anyway.
    static final byte[] GREETING = HexFormat.of().parseHex("000006040000000000" + "000500004000");

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME_HEADER = 9;
    private static final int SETTINGS = 4;
    private static final int ACK = 1;
    private static final int SETTING = 6;
    private static final int MAX_SETTINGS = 64;

    private final Connection connection;
    private final LongSupplier nanoTime;
    private final long deadline;
    private final Duration timeout;

    private Http2Opening(Connection connection, Duration timeout, LongSupplier nanoTime) {
        this.connection = connection;
        this.nanoTime = nanoTime;
        this.timeout = timeout;
        this.deadline = nanoTime.getAsLong() + timeout.toNanos();
    }

    /// Greets the peer and hears it out.
    ///
    /// @param connection where nothing of HTTP/2 has been read yet; afterwards no read timeout is set
    /// @param timeout    for the whole opening
    /// @param nanoTime   the clock
    /// @return what the peer said, for gRPC to hear as well; empty when the peer has left before it had said all
    /// @throws Refused     when it said something else, or nothing in time
    /// @throws IOException when the connection failed
    static Optional<byte[]> hear(Connection connection, Duration timeout, LongSupplier nanoTime) throws IOException {
        return new Http2Opening(connection, timeout, nanoTime).hear();
    }

    private Optional<byte[]> hear() throws IOException {
        connection.output().write(GREETING);
        connection.output().flush();
        var said = new byte[PREFACE.length + FRAME_HEADER];
        for (int have = 0; have < said.length; ) {
            int count = read(said, have);
            if (count < 0) {
                return Optional.empty();
            }
            have += count;
            check(said, have);
        }
        int length = lengthOf(said);
        var all = Arrays.copyOf(said, said.length + length);
        for (int have = said.length; have < all.length; ) {
            int count = read(all, have);
            if (count < 0) {
                return Optional.empty();
            }
            have += count;
        }
        connection.readTimeout(Duration.ZERO);
        return Optional.of(all);
    }

    private int read(byte[] into, int have) throws IOException {
        long left = deadline - nanoTime.getAsLong();
        if (left <= 0) {
            throw late();
        }
        connection.readTimeout(Duration.ofNanos(Math.max(left, 1_000_000)));
        try {
            return connection.input().read(into, have, into.length - have);
        } catch (SocketTimeoutException e) {
            throw late();
        }
    }

    private Refused late() {
        return new Refused("no HTTP/2 preface within " + timeout.toMillis() + " ms");
    }

    private static void check(byte[] said, int have) throws Refused {
        int compare = Math.min(have, PREFACE.length);
        if (!Arrays.equals(said, 0, compare, PREFACE, 0, compare)) {
            throw new Refused("expected the HTTP/2 preface, got 0x" + HexFormat.of().formatHex(said, 0, compare));
        }
    }

    private static int lengthOf(byte[] said) throws Refused {
        int at = PREFACE.length;
        int length = Byte.toUnsignedInt(said[at]) << 16 | Byte.toUnsignedInt(said[at + 1]) << 8
                | Byte.toUnsignedInt(said[at + 2]);
        boolean settings = said[at + 3] == SETTINGS && (said[at + 4] & ACK) == 0;
        if (!settings || length % SETTING != 0 || length > MAX_SETTINGS * SETTING) {
            throw new Refused("expected HTTP/2 SETTINGS after the preface, got 0x"
                    + HexFormat.of().formatHex(said, at, at + FRAME_HEADER));
        }
        return length;
    }

    /// A peer that does not speak HTTP/2. The message is for the log.
    static final class Refused extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }
}
