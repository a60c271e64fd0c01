package dev.proconsul.rpc.transport.tls;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.ConnectionHandler;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Turns a TLS client away from a server that has no certificate: reads its ClientHello, answers with the fatal alert
/// `unrecognized_name`, and leaves. What is no TLS handshake gets no answer; silence ends at the connection's read
/// timeout, and a client that sends byte by byte after ten seconds.
///
/// Source: RFC 8446 sections 4, 5.1 and 6.2; Go `crypto/tls`, whose choice of alert this is.
public final class TlsRefusal implements ConnectionHandler {
    private static final int HANDSHAKE_RECORD = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int RECORD_HEADER = 5;
    private static final int HANDSHAKE_HEADER = 4;
    /// RFC 8446 section 5.1: a plaintext record carries at most 2^14 bytes.
    private static final int MAX_RECORD = 1 << 14;
    /// Go's limit for one handshake message.
    private static final int MAX_HANDSHAKE = 1 << 16;
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    /// Record type alert, TLS 1.2 on the wire, two bytes: fatal (2), unrecognized_name (112).
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    private final LongSupplier nanoTime;

    /// Makes the handler; it keeps nothing between connections.
    public TlsRefusal() {
        this(System::nanoTime);
    }

    TlsRefusal(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public void serve(Connection connection) throws IOException {
        if (new Hello(connection.input()).complete()) {
            connection.output().write(UNRECOGNIZED_NAME);
        }
    }

    /// One ClientHello, which may be spread over several records in any way.
    private final class Hello {
        private final InputStream in;
        private final long start = nanoTime.getAsLong();
        private int leftInRecord;

        Hello(InputStream in) {
            this.in = in;
        }

        /// {@return whether the whole of it came}
        boolean complete() throws IOException {
            try {
                var header = new byte[HANDSHAKE_HEADER];
                if (!take(header, HANDSHAKE_HEADER) || header[0] != CLIENT_HELLO) {
                    return false;
                }
                int body = (header[1] & 0xff) << 16 | (header[2] & 0xff) << 8 | header[3] & 0xff;
                return body > 0 && body <= MAX_HANDSHAKE && take(new byte[Math.min(body, MAX_RECORD)], body);
            } catch (EOFException e) {
                return false; // the peer left before it had said hello
            }
        }

        /// Reads bytes of the handshake; a later piece overwrites an earlier one.
        ///
        /// @return false when something else came
        private boolean take(byte[] into, int count) throws IOException {
            for (int got = 0; got < count; ) {
                if (leftInRecord == 0 && !beginRecord()) {
                    return false;
                }
                int piece = Math.min(Math.min(leftInRecord, count - got), into.length - got % into.length);
                read(into, got % into.length, piece);
                got += piece;
                leftInRecord -= piece;
            }
            return true;
        }

        private boolean beginRecord() throws IOException {
            var header = new byte[RECORD_HEADER];
            read(header, 0, RECORD_HEADER);
            leftInRecord = (header[3] & 0xff) << 8 | header[4] & 0xff;
            boolean version = header[1] == 3 && header[2] >= 0 && header[2] <= 4;
            return header[0] == HANDSHAKE_RECORD && version && leftInRecord > 0 && leftInRecord <= MAX_RECORD;
        }

        private void read(byte[] into, int offset, int length) throws IOException {
            for (int got = 0; got < length; ) {
                int count = in.read(into, offset + got, length - got);
                if (count < 0) {
                    throw new EOFException("the peer left before it had said hello");
                }
                if (nanoTime.getAsLong() - start > PATIENCE_NANOS) {
                    throw new SocketTimeoutException("no whole ClientHello in time");
                }
                got += count;
            }
        }
    }
}
