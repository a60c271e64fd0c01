package dev.proconsul.rpc.transport.tls.internal;

import dev.proconsul.rpc.api.Connection;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.SSLException;

/// Cuts what a peer sends into TLS records. A read that ran into its deadline may be repeated: nothing is lost.
///
/// While nothing comes, it keeps no more than [#SMALL] bytes of memory. One thread at a time.
///
/// Source: RFC 8446 section 5.1; Go `crypto/tls`, `readRecord`.
final class RecordReader {
    static final int HEADER = 5;
    static final int ALERT = 21;
    static final int HANDSHAKE = 22;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int APPLICATION_DATA = 23;
    /// RFC 5246 section 6.2.3: an encrypted record may be this much longer than a plain one.
    private static final int MAX_BODY = (1 << 14) + 2048;
    private static final int SMALL = 1024;

    private final Connection carrier;
    private byte[] buffer = new byte[SMALL];
    private int from;
    private int to;
    private boolean first = true;
    private boolean timeoutSet = true; // whatever the owner of the carrier has set

    RecordReader(Connection carrier) {
        this.carrier = carrier;
    }

    /// Waits until a whole record is there.
    ///
    /// @return its length with the header, or 0 when the peer has finished between two records
    /// @throws SSLException           when what comes is no record of TLS
    /// @throws SocketTimeoutException when the deadline has passed
    int await(Deadline deadline) throws IOException {
        if (!fill(HEADER, deadline)) {
            return 0;
        }
        int length = HEADER + checkedBody();
        if (!fill(length, deadline)) {
            throw truncated();
        }
        first = false;
        return length;
    }

    /// {@return the type of the record at the front, which is there}
    int type() {
        return buffer[from] & 0xff;
    }

    /// {@return the record at the front, which is there, as a view}
    ByteBuffer record(int length) {
        return ByteBuffer.wrap(buffer, from, length);
    }

    void consume(int length) {
        from += length;
        if (from == to) {
            from = 0;
            to = 0;
        }
    }

    private int checkedBody() throws SSLException {
        int body = (buffer[from + 3] & 0xff) << 8 | buffer[from + 4] & 0xff;
        boolean known = first ? type() == HANDSHAKE || type() == ALERT : type() >= CHANGE_CIPHER_SPEC && type() <= APPLICATION_DATA;
        if (!known || buffer[from + 1] != 3) {
            throw new SSLException(first ? "first record does not look like a TLS handshake"
                    : "received a record that is not of TLS");
        }
        if (body > MAX_BODY) {
            throw new SSLException("oversized record received with length " + body);
        }
        return body;
    }

    /// @return false when the peer has finished, and nothing of a record is there
    private boolean fill(int needed, Deadline deadline) throws IOException {
        while (to - from < needed) {
            makeRoom(needed);
            limit(deadline);
            int count = carrier.input().read(buffer, to, buffer.length - to);
            if (count < 0) {
                if (to == from) {
                    return false;
                }
                throw truncated();
            }
            to += count;
        }
        return true;
    }

    private static EOFException truncated() {
        return new EOFException("the peer left in the middle of a TLS record");
    }

    private void makeRoom(int needed) throws IOException {
        if (from == to && buffer.length > SMALL && carrier.input().available() == 0) {
            release();
            buffer = new byte[SMALL];
        } else if (needed > buffer.length) {
            var larger = Buffers.take();
            System.arraycopy(buffer, from, larger, 0, to - from);
            buffer = larger;
            to -= from;
            from = 0;
        } else if (from > 0 && from + needed > buffer.length) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
    }

    /// Gives a large buffer back; the reader is of no use afterwards, unless it gets another.
    private void release() {
        if (buffer.length > SMALL) {
            Buffers.give(buffer);
        }
    }

    private void limit(Deadline deadline) throws IOException {
        if (deadline.limited()) {
            var left = deadline.left();
            if (!left.isPositive()) {
                throw new SocketTimeoutException("Read timed out");
            }
            carrier.readTimeout(left);
            timeoutSet = true;
        } else if (timeoutSet) {
            carrier.readTimeout(Duration.ZERO);
            timeoutSet = false;
        }
    }
}
