package dev.proconsul.rpc.client;

import java.io.Serial;

/// Why a call brought no reply, and what is known of its effect at the server. The message of the first two names the
/// server.
public abstract sealed class CallException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private CallException(String message, Throwable cause) {
        super(message, cause);
    }

    private CallException(String message) {
        super(message);
    }

    /// {@return the reason in one line; never null}
    @Override
    public String getMessage() {
        var message = super.getMessage();
        return message == null ? "" : message;
    }

    /// The server never had the whole request: the call had no effect and may be made again.
    public static final class NotSent extends CallException {
        @Serial
        private static final long serialVersionUID = 1;

        /// Makes the exception.
        /// @param message what happened
        /// @param cause   why
        public NotSent(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The request was sent, but no whole answer came: the call may or may not have had its effect.
    public static final class MaybeExecuted extends CallException {
        @Serial
        private static final long serialVersionUID = 1;

        /// Makes the exception.
        /// @param message what happened
        /// @param cause   why
        public MaybeExecuted(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The server answered, and its answer is an error.
    public static final class Refused extends CallException {
        @Serial
        private static final long serialVersionUID = 1;

        /// Method and server.
        private final String where;

        /// Makes the exception.
        /// @param where method and server, for a person
        /// @param error what the server said; becomes the message as it is, because callers recognise some texts
        public Refused(String where, String error) {
            super(error);
            this.where = where;
        }

        /// {@return method and server, as in `KVS.Get to 127.0.0.1:8300`}
        public String where() {
            return where;
        }

        /// {@return what the server said, and where}
        @Override
        public String toString() {
            return super.toString() + " (" + where + ")";
        }
    }
}
