package dev.proconsul.rpc.transport.tls.internal;

import java.time.Duration;

/// A moment until which something may last.
///
/// @param limited whether there is such a moment
/// @param nanos   as [System#nanoTime] counts
record Deadline(boolean limited, long nanos) {
    static final Deadline NEVER = new Deadline(false, 0);

    /// {@return the moment after a time; never for zero}
    static Deadline after(Duration time) {
        return from(System.nanoTime(), time);
    }

    /// {@return the moment that lies a time after a start; never for zero}
    static Deadline from(long startNanos, Duration time) {
        return time.isZero() ? NEVER : new Deadline(true, startNanos + time.toNanos());
    }

    /// {@return what is left; zero or less when it has passed. Only where it is limited}
    Duration left() {
        return Duration.ofNanos(nanos - System.nanoTime());
    }

    /// {@return the earlier of the two}
    Deadline earlier(Deadline other) {
        return !other.limited || limited && nanos - other.nanos < 0 ? this : other;
    }
}
