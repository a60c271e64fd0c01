package dev.proconsul.rpc.server.internal.grpc;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Watches the frames that a peer sends, on their way to gRPC, for what gRPC does not limit:
///
/// - the size of a header block, which gRPC decodes as a whole before it looks at its size;
/// - resets: each one makes room for a new stream, so that the limit of open streams stops nobody who resets at once;
/// - a peer that goes on sending while it takes nothing in, so that answers pile up.
///
/// It looks at frame headers only and changes nothing. For one thread: the one that reads.
///
/// Source: RFC 9113 sections 4.1, 6.2, 6.4, 6.10.
final class Http2Guard extends FilterInputStream {
    private static final int FRAME_HEADER = 9;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int maxHeaderBytes;
    private final Allowance resets;
    private final LongSupplier stalledNanos;
    private final Duration stallTimeout;

    private final byte[] header = new byte[FRAME_HEADER];
    private int headerLength;
    private int payloadLeft;
    private int headerBlock;

    /// @param in           what the peer sends, from the beginning of a frame
    /// @param limits       what it may send
    /// @param nanoTime     the clock
    /// @param stalledNanos for how long what goes to the peer has been stuck; 0 when it is not
    Http2Guard(InputStream in, GrpcLimits limits, LongSupplier nanoTime, LongSupplier stalledNanos) {
        super(in);
        this.maxHeaderBytes = limits.maxHeaderBytes();
        this.resets = new Allowance(limits.maxResets(), nanoTime);
        this.stalledNanos = stalledNanos;
        this.stallTimeout = limits.stallTimeout();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        watch(bytes, offset, count);
        return count;
    }

    @Override
    public long skip(long n) throws IOException {
        return n <= 0 ? 0 : Math.max(0, read(new byte[(int) Math.min(n, 8192)]));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void watch(byte[] bytes, int offset, int count) throws Violation {
        int at = offset;
        int end = offset + count;
        while (at < end) {
            if (payloadLeft > 0) {
                int passed = Math.min(payloadLeft, end - at);
                payloadLeft -= passed;
                at += passed;
            } else {
                header[headerLength++] = bytes[at++];
                if (headerLength == FRAME_HEADER) {
                    headerLength = 0;
                    begun();
                }
            }
        }
    }

    /// A frame has begun. Its own size is limited by gRPC to 16 KiB.
    private void begun() throws Violation {
        payloadLeft = Byte.toUnsignedInt(header[0]) << 16 | Byte.toUnsignedInt(header[1]) << 8
                | Byte.toUnsignedInt(header[2]);
        switch (header[3]) {
            case HEADERS -> {
                headerBlock = 0;
                headerFrame();
            }
            case CONTINUATION -> headerFrame();
            case RST_STREAM -> {
                if (!resets.take()) {
                    throw new Violation("more resets of streams than " + resets.perSecond + " a second");
                }
                refuseStalled();
            }
            default -> {
                // Limited by flow control, or by gRPC itself.
            }
        }
    }

    private void headerFrame() throws Violation {
        headerBlock += FRAME_HEADER + payloadLeft;
        if (headerBlock > maxHeaderBytes) {
            throw new Violation("a header block of more than " + maxHeaderBytes + " bytes");
        }
        if ((header[4] & END_HEADERS) != 0) {
            headerBlock = 0;
        }
        refuseStalled();
    }

    private void refuseStalled() throws Violation {
        if (stalledNanos.getAsLong() > stallTimeout.toNanos()) {
            throw new Violation("it sends, but has taken nothing in for " + stallTimeout.toSeconds() + " s");
        }
    }

    /// So many at once, and so many each second after that.
    private static final class Allowance {
        private final int perSecond;
        private final LongSupplier nanoTime;
        private double left;
        private long counted;

        Allowance(int perSecond, LongSupplier nanoTime) {
            this.perSecond = perSecond;
            this.nanoTime = nanoTime;
            this.left = perSecond;
            this.counted = nanoTime.getAsLong();
        }

        boolean take() {
            long now = nanoTime.getAsLong();
            left = Math.min(perSecond, left + (double) (now - counted) / SECOND * perSecond);
            counted = now;
            if (left < 1) {
                return false;
            }
            left--;
            return true;
        }
    }

    /// A peer that breaks a limit. The message is for the log.
    static final class Violation extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        Violation(String message) {
            super(message);
        }
    }
}
