package dev.proconsul.jyamux.internal;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Whose duty it is to write at present, and what: one at a time, the session's writer or a caller.
///
/// A caller who is not alone lets others run first, so that their frames leave in the same round. That ends early when
/// the round has become worth a write, which is then that of whoever puts in the next frame: about half of what all
/// streams would send, so that one half is on its way while the other is worked on, at this end as at the peer's.
///
/// Threads: guarded by the [Outbox]'s lock, except that [#isFree], [#isPatient] and [#isTheWriters] may be asked by
/// anybody, and [#frames] and [#bytes] by whoever has the duty.
final class Duty {
    private static final int LEAST_PLENTY = 2_048;
    private static final int MOST_PLENTY = 65_536;

    private enum Holder {
        NOBODY,
        /// Lets others go first.
        A_PATIENT_CALLER,
        A_CALLER,
        THE_WRITER
    }

    private final BufferPool pool;
    private volatile Holder holder = Holder.THE_WRITER;
    private @Nullable Thread caller;
    private int plenty = LEAST_PLENTY;
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

    /// {@return whether a caller has it who lets others go first}
    boolean isPatient() {
        return holder == Holder.A_PATIENT_CALLER;
    }

    /// {@return whether a caller may take it: nobody has it, or somebody who lets others go first while they run. A
    /// platform thread need not share in that patience: it does not take its turn among those that are waited for}
    boolean isFor(Thread thread) {
        return isFree() || isPatient() && !thread.isVirtual();
    }

    /// {@return whether the calling thread has it}
    boolean isMine() {
        return caller == Thread.currentThread();
    }

    /// The calling thread has it from now on.
    ///
    /// @param streams how many there are
    /// @param queued bytes that wait for being written
    void claim(int streams, int queued) {
        long all = frames == 0 ? 0 : (long) streams * bytes / frames; // if each sends what was usual last
        plenty = Math.clamp(all / 2, LEAST_PLENTY, MOST_PLENTY);
        claim(isFree() && streams > 1 && queued < plenty);
    }

    void claim(boolean patient) {
        caller = Thread.currentThread();
        holder = patient ? Holder.A_PATIENT_CALLER : Holder.A_CALLER;
    }

    /// So many bytes wait for being written. If that is enough, nobody has to be patient any longer.
    void queued(int bytes) {
        if (bytes >= plenty && isPatient()) {
            rest();
        }
    }

    /// The caller who has it writes now.
    void begin() {
        holder = Holder.A_CALLER;
    }

    /// It is nobody's until somebody claims it, or the writer is called.
    void rest() {
        caller = null;
        holder = Holder.NOBODY;
    }

    /// {@return whether the writer, whose duty it is now, has to be woken for it}
    boolean callWriter() {
        boolean wake = holder == Holder.NOBODY;
        if (wake) {
            holder = Holder.THE_WRITER;
        }
        return wake;
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
