package dev.proconsul.jyamux;

import java.util.concurrent.atomic.AtomicLong;

/// What windows may grow by, over all sessions that share the budget. The first 256 KiB of every stream's window are
/// not counted: the protocol grants them before anybody is asked.
///
/// A window grows only while its bytes are really read, so only a peer whose data is wanted can take from a budget.
/// When it is used up, windows stay as they are; nothing fails.
///
/// Threads: any.
public final class WindowBudget {
    /// For all sessions of the process that name no other: an eighth of the largest heap.
    public static final WindowBudget SHARED = new WindowBudget(Runtime.getRuntime().maxMemory() / 8);

    private final long bytes;
    private final AtomicLong used = new AtomicLong();

    /// Makes a budget.
    ///
    /// @param bytes what windows may grow by, in all; 0 or more
    /// @throws IllegalArgumentException if negative
    public WindowBudget(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes is " + bytes + ", expected 0 or more");
        }
        this.bytes = bytes;
    }

    /// {@return what windows may grow by, in bytes}
    public long bytes() {
        return bytes;
    }

    /// {@return what windows have grown by now, in bytes}
    public long used() {
        return used.get();
    }

    /// Takes as much as there is, up to the amount.
    ///
    /// @param amount bytes wanted
    /// @return bytes taken, to be given back by [#release]
    public long reserve(long amount) {
        long before = used.getAndAccumulate(amount, (now, more) -> now + Math.min(more, bytes - now));
        return Math.min(amount, bytes - before);
    }

    /// Gives back.
    ///
    /// @param amount bytes taken before
    public void release(long amount) {
        used.addAndGet(-amount);
    }

    @Override
    public String toString() {
        return used + " of " + bytes + " bytes";
    }
}
