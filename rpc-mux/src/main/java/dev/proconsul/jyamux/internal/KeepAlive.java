package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.SessionConfig;

/// Decides when to ping, and when the peer is dead. Any byte from it is a sign of life, so a busy link is never pinged
/// and never declared dead because a pong queues behind data. It never depends on being able to write.
///
/// Threads: the session's time keeper, except [#heard], which is the reader's.
///
/// Source: hashicorp/yamux `session.go`, `keepalive`. Deviation: there every interval sends a ping.
final class KeepAlive {
    /// What to do now.
    enum Verdict {
        WAIT,
        PING,
        DEAD
    }

    private final long interval;
    private final long timeout;
    private volatile long lastHeard;
    private long pingedAt = Deadlines.NEVER;

    KeepAlive(SessionConfig config, long now) {
        interval = Deadlines.limitNanos(config.keepAliveInterval());
        timeout = Deadlines.nanos(config.keepAliveTimeout());
        lastHeard = now;
    }

    void heard(long now) {
        lastHeard = now;
    }

    Verdict judge(long now) {
        if (interval == Deadlines.NEVER) {
            return Verdict.WAIT;
        }
        boolean pinged = pingedAt != Deadlines.NEVER;
        if (pinged && lastHeard - pingedAt >= 0) {
            pingedAt = Deadlines.NEVER;
            pinged = false;
        }
        if (pinged) {
            return now - pingedAt >= timeout ? Verdict.DEAD : Verdict.WAIT;
        }
        if (now - lastHeard < interval) {
            return Verdict.WAIT;
        }
        pingedAt = now;
        return Verdict.PING;
    }

    /// {@return when to judge again}
    long next(long now) {
        if (interval == Deadlines.NEVER) {
            return Deadlines.NEVER;
        }
        if (pingedAt == Deadlines.NEVER || lastHeard - pingedAt >= 0) {
            return lastHeard + interval;
        }
        // If the answer comes soon, the next ping may be due before the time for this answer is over.
        long early = pingedAt + interval;
        long late = pingedAt + timeout;
        return early > now ? Math.min(early, late) : late;
    }
}
