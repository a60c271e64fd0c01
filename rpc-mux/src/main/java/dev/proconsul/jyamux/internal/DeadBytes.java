package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import java.util.concurrent.atomic.AtomicLong;

/// Payload for streams that are gone. A correct peer sends no more of it than the credit it had when its stream ended
/// on this side; so much is allowed, and a fixed amount beyond.
///
/// Threads: any for [#allow], the session's reader for [#arrived].
final class DeadBytes {
    private final long base;
    private final AtomicLong allowed;

    DeadBytes(long base) {
        this.base = base;
        this.allowed = new AtomicLong(base);
    }

    void allow(int more) {
        allowed.accumulateAndGet(more, (left, add) -> left > Long.MAX_VALUE - add ? Long.MAX_VALUE : left + add);
    }

    void arrived(int bytes) throws ProtocolViolation {
        if (allowed.addAndGet(-bytes) < 0) {
            throw new ProtocolViolation("data for streams that are gone: more than " + base
                    + " bytes beyond the credit they had");
        }
    }
}
