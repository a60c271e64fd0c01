package dev.proconsul.jyamux.internal;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Whose duty it is to write at present, and what: one at a time, the session's writer or a caller.
///
/// Threads: guarded by the [Outbox]'s lock, except that [#isFree] and [#isTheWriters] may be asked by anybody, and [#frames]
/// and [#bytes] by whoever has the duty.
final class Duty {
    enum Holder {
        NOBODY,
        A_CALLER,
        THE_WRITER
    }

    private final BufferPool pool;
    private volatile Holder holder = Holder.THE_WRITER;
    private @Nullable ByteBuffer inFlight;
    private int frames;
    private int bytes;

    Duty(BufferPool pool) {
        this.pool = pool;
    }

    boolean isFree() {
        return holder == Holder.NOBODY;
    }

    boolean isTheWriters() {
        return holder == Holder.THE_WRITER;
    }

    /// {@return whether the writer, whose duty it is now, has to be woken for it}
    boolean callWriter() {
        boolean wake = holder == Holder.NOBODY;
        if (wake) {
            holder = Holder.THE_WRITER;
        }
        return wake;
    }

    void pass(Holder next) {
        holder = next;
    }

    /// {@return the frames of the round, which are now being written}
    ByteBuffer take(Round round) {
        frames = round.frames();
        ByteBuffer taken = round.take();
        bytes = taken.remaining();
        inFlight = taken;
        return taken;
    }

    /// {@return what has been taken and is not yet written}
    @Nullable ByteBuffer left() {
        return inFlight;
    }

    /// Gives the buffer back if all of it was written.
    ///
    /// @param lost the rest will not be written
    void settle(boolean lost) {
        ByteBuffer written = inFlight;
        if (written != null && (lost || !written.hasRemaining())) {
            inFlight = null;
            pool.give(written);
        }
    }

    /// {@return how many frames were taken last}
    int frames() {
        return frames;
    }

    /// {@return how many bytes they had}
    int bytes() {
        return bytes;
    }
}
