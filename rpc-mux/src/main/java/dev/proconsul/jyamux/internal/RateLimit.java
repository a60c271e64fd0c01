package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException.ProtocolViolation;

/// So many events in a second, and the session ends beyond it. Threads: one, the session's reader.
final class RateLimit {
    private static final long SECOND = 1_000_000_000L;

    private final String what;
    private final int most;
    private long secondStart;
    private int inSecond;

    RateLimit(String what, int most, long now) {
        this.what = what;
        this.most = most;
        this.secondStart = now;
    }

    void count(long now) throws ProtocolViolation {
        if (now - secondStart >= SECOND) {
            secondStart = now;
            inSecond = 0;
        }
        if (++inSecond > most) {
            throw new ProtocolViolation("more than " + most + " " + what + " in a second");
        }
    }
}
