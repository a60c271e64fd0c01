package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamReset;
import java.io.InterruptedIOException;
import java.util.Objects;

/// Reasons as exceptions for a caller. The same reason, told to another caller, is a fresh exception with that caller's
/// stack trace; its cause is the first one's cause, or else the first one.
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

    /// {@return what to throw instead of the given one, after the thread's interrupt was set again}
    /// @param what was interrupted, in a word
    static InterruptedIOException interrupted(YamuxStream stream, String what, InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException exception =
                new InterruptedIOException("stream " + stream + ": " + what + " interrupted");
        exception.initCause(cause);
        return exception;
    }

    private static Throwable cause(Throwable first) {
        return Objects.requireNonNullElse(first.getCause(), first);
    }

    private static String message(Throwable first) {
        return Objects.requireNonNullElse(first.getMessage(), "");
    }
}
