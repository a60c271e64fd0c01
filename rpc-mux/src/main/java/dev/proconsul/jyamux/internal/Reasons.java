package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamReset;
import java.util.Objects;

/// The same reason, told to another caller: a fresh exception with that caller's stack trace. Its cause is the first
/// one's cause, or else the first one.
final class Reasons {
    private Reasons() {}

    static SessionClosed again(SessionClosed first) {
        return new SessionClosed(message(first), first.origin(), first.code(), cause(first));
    }

    static StreamReset again(StreamReset first) {
        StreamReset again = new StreamReset(message(first), first.origin(), first.code());
        again.initCause(first);
        return again;
    }

    private static Throwable cause(Throwable first) {
        return Objects.requireNonNullElse(first.getCause(), first);
    }

    private static String message(Throwable first) {
        return Objects.requireNonNullElse(first.getMessage(), "");
    }
}
