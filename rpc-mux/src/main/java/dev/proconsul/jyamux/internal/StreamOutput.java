package dev.proconsul.jyamux.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// The application's end of the outbound half.
///
/// Threads: writers take turns by `turn`, which is held over one whole write, so that the bytes of a write stay
/// together; it is taken before the stream's lock.
final class StreamOutput extends OutputStream {
    private final YamuxStream stream;
    private final ReentrantLock turn = new ReentrantLock();

    StreamOutput(YamuxStream stream) {
        this.stream = stream;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int done = 0;
        try {
            turn.lockInterruptibly();
            try {
                if (length == 0) {
                    stream.checkWritable(); // nothing is sent, but an ended stream says so
                }
                long start = System.nanoTime();
                while (done < length) {
                    done += stream.send(bytes, offset + done, length - done, start);
                }
            } finally {
                turn.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("stream " + stream + ": write interrupted");
            interrupted.initCause(e);
            throw torn(interrupted, done);
        } catch (SocketTimeoutException e) {
            throw torn(e, done);
        }
    }

    private InterruptedIOException torn(InterruptedIOException reason, int done) {
        reason.bytesTransferred = done;
        if (done > 0) {
            stream.tornWrite();
        }
        return reason;
    }

    @Override
    public void close() {
        stream.finishWriting();
    }
}
