package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.Time;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// When a call must be over, whatever it does until then. Immutable.
///
/// @param time  the clock
/// @param start its reading at the start
/// @param whole how long the call may take
record Deadline(Time time, long start, Duration whole) {
    static Deadline in(Time time, Duration whole) {
        return new Deadline(time, time.nanoTime(), whole);
    }

    /// {@return what is left, zero or less when it is over}
    Duration left() {
        return whole.minusNanos(time.nanoTime() - start);
    }

    /// {@return what is left, more than zero}
    /// @throws SocketTimeoutException when nothing is
    Duration leftFor(String what) throws SocketTimeoutException {
        var left = left();
        if (!left.isPositive()) {
            throw new SocketTimeoutException(what + " did not come in time");
        }
        return left;
    }

    /// {@return a deadline that is not later than another}
    Deadline atMost(Duration other) {
        return left().compareTo(other) <= 0 ? this : in(time, other);
    }
}
