package dev.proconsul.jyamux.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The application's end of the inbound half. Takes whole chunks off the stream and copies from them without holding
/// the stream's lock.
///
/// Threads: readers take turns by `turn`, which is held while a read waits, and is taken before the stream's lock.
final class StreamInput extends InputStream {
    private final YamuxStream stream;
    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable Chunk current; // guarded by turn

    StreamInput(YamuxStream stream) {
        this.stream = stream;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) {
            return 0;
        }
        return inTurn(() -> drain(to, offset, length));
    }

    int peek() throws IOException {
        return inTurn(() -> {
            Chunk chunk = fetch();
            return chunk == null ? -1 : chunk.first();
        });
    }

    @Override
    public int available() throws IOException {
        return inTurn(() -> {
            Chunk chunk = current == null && !stream.hasInput() ? null : fetch();
            return chunk == null ? 0 : chunk.size();
        });
    }

    @Override
    public void close() {
        stream.stopReading();
    }

    /// Gives back the chunk in hand, unless a read is under way, which then does it.
    void release() {
        if (turn.tryLock()) {
            try {
                drop();
            } finally {
                turn.unlock();
            }
        }
    }

    private int drain(byte[] to, int offset, int length) throws IOException, InterruptedException {
        Chunk chunk = fetch();
        if (chunk == null) {
            return -1;
        }
        int done = 0;
        while (chunk != null) {
            int piece = chunk.drain(to, offset + done, length - done);
            done += piece;
            boolean more = done < length;
            if (chunk.size() == 0) {
                drop();
            }
            chunk = stream.consumed(piece, more);
            if (chunk != null) {
                current = chunk;
            } else if (more) {
                stream.consumed(0, false);
            }
        }
        return done;
    }

    /// {@return a chunk that is not empty, or null at the end of the input}
    private @Nullable Chunk fetch() throws IOException, InterruptedException {
        stream.checkInput();
        if (current == null) {
            current = stream.nextChunk();
        }
        return current;
    }

    private void drop() {
        if (current != null) {
            current.recycle(stream.pool());
            current = null;
        }
    }

    private interface Step {
        int run() throws IOException, InterruptedException;
    }

    private int inTurn(Step step) throws IOException {
        try {
            turn.lockInterruptibly();
            try {
                return step.run();
            } catch (IOException e) {
                drop();
                throw e;
            } finally {
                turn.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("stream " + stream + ": read interrupted").initCause(e);
        }
    }
}
