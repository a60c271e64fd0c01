package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.Stream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;

/// A stream as a channel in blocking mode. Bytes pass through an array on their way to or from a buffer outside the
/// heap.
final class StreamChannel implements ByteChannel {
    private static final int MOST_COPIED = 16_384;

    private final Stream stream;
    private volatile boolean closed;

    StreamChannel(Stream stream) {
        this.stream = stream;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        checkOpen();
        if (!to.hasRemaining()) {
            return 0;
        }
        try {
            return to.hasArray() ? readDirectly(to) : readByCopy(to);
        } catch (IOException e) {
            throw closedMeanwhile(e);
        }
    }

    private int readDirectly(ByteBuffer to) throws IOException {
        int count = stream.input().read(to.array(), to.arrayOffset() + to.position(), to.remaining());
        to.position(to.position() + Math.max(0, count));
        return count;
    }

    private int readByCopy(ByteBuffer to) throws IOException {
        byte[] copy = new byte[Math.min(MOST_COPIED, to.remaining())];
        int count = stream.input().read(copy, 0, copy.length);
        to.put(copy, 0, Math.max(0, count));
        return count;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        checkOpen();
        int count = from.remaining();
        try {
            if (from.hasArray()) {
                stream.output().write(from.array(), from.arrayOffset() + from.position(), count);
                from.position(from.limit());
            } else {
                writeByCopy(from);
            }
        } catch (IOException e) {
            throw closedMeanwhile(e);
        }
        return count;
    }

    private void writeByCopy(ByteBuffer from) throws IOException {
        byte[] copy = new byte[Math.min(MOST_COPIED, from.remaining())];
        while (from.hasRemaining()) {
            int piece = Math.min(copy.length, from.remaining());
            from.get(copy, 0, piece);
            stream.output().write(copy, 0, piece);
        }
    }

    private void checkOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private IOException closedMeanwhile(IOException e) {
        if (!closed) {
            return e;
        }
        AsynchronousCloseException exception = new AsynchronousCloseException();
        exception.initCause(e);
        return exception;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
        stream.close();
    }
}
