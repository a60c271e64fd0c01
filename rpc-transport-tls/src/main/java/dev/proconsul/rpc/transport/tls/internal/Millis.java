package dev.proconsul.rpc.transport.tls.internal;

import java.time.Duration;

/// Time as sockets count it.
public final class Millis {
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    private Millis() {}

    /// {@return the time in milliseconds, from 1 to 2^31-1 (24 days)}
    /// @param time more than zero
    public static int of(Duration time) {
        return time.compareTo(LONGEST) >= 0 ? Integer.MAX_VALUE : (int) Math.max(1, time.toMillis());
    }
}
