package dev.proconsul.rpc.client;

import dev.proconsul.rpc.api.ServerInfo;
import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Why a call brought no reply, and what is known of its effect at the server. The message of the first two names the
/// server.
///
/// The type says what the server can have done: nothing ([NotSent]), perhaps something ([MaybeExecuted]), or that it
/// has decided ([Refused]). [#reason()] says what happened to the call on its way.
public abstract sealed class CallException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final transient @Nullable ServerInfo server;

    /// What happened to a call.
    public enum Reason {
        /// No server is known that could be asked.
        NO_SERVER,
        /// More calls were made than the client's own [CallRate] allows.
        RATE_LIMITED,
        /// There is no connection to the server to be had.
        NO_CONNECTION,
        /// The connection opens no stream.
        NO_STREAM,
        /// This side was closed.
        CLOSED,
        /// The server ended the stream or the connection in an orderly way, without an answer.
        ENDED,
        /// The time was over.
        TIMED_OUT,
        /// The connection was lost, or what came is no answer.
        LOST,
        /// The server answered with an error.
        REFUSED
    }

    private CallException(String message, @Nullable Throwable cause, Reason reason, @Nullable ServerInfo server) {
        super(message, cause);
        this.reason = reason;
        this.server = server;
    }

    /// {@return the reason in one line; never null}
    @Override
    public String getMessage() {
        var message = super.getMessage();
        return message == null ? "" : message;
    }

    /// {@return what happened to the call}
    public Reason reason() {
        return reason;
    }

    /// {@return the server that was asked; empty when none was}
    public Optional<ServerInfo> server() {
        return Optional.ofNullable(server);
    }

    /// {@return the text that Consul's own pool gives for this failure}
    ///
    /// A server that forwards a call answers with it. Peers recognise parts of it, so it is exact where they do.
    public String wireText() {
        return switch (reason) {
            case NO_SERVER, RATE_LIMITED -> getMessage();
            case CLOSED -> "rpc error: shutdown";
            case NO_CONNECTION -> "rpc error getting client: failed to get conn: " + getMessage();
            case NO_STREAM -> "rpc error getting client: failed to start stream: " + getMessage();
            case ENDED -> "rpc error making call: EOF";
            case TIMED_OUT -> "rpc error making call: i/o deadline reached";
            case LOST, REFUSED -> "rpc error making call: " + getMessage();
        };
    }

    /// The server never had the whole request: the call had no effect and may be made again.
    public static final class NotSent extends CallException {
        @Serial
        private static final long serialVersionUID = 1;

        /// Makes the exception.
        /// @param message what happened
        /// @param cause   why
        public NotSent(String message, Throwable cause) {
            super(message, cause, Reason.LOST, null);
        }

        /// Makes the exception.
        /// @param message what happened
        /// @param cause   why; null if nothing else tells
        /// @param reason  what happened to the call
        /// @param server  which was asked; null if none
        public NotSent(String message, @Nullable Throwable cause, Reason reason, @Nullable ServerInfo server) {
            super(message, cause, reason, server);
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
            super(message, cause, Reason.LOST, null);
        }

        /// Makes the exception.
        /// @param message what happened
        /// @param cause   why
        /// @param reason  what happened to the call
        /// @param server  which was asked
        public MaybeExecuted(String message, Throwable cause, Reason reason, ServerInfo server) {
            super(message, cause, reason, server);
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
            super(error, null, Reason.REFUSED, null);
            this.where = where;
        }

        /// Makes the exception.
        /// @param where  method and server, for a person
        /// @param error  what the server said; becomes the message as it is, because callers recognise some texts
        /// @param server which was asked
        public Refused(String where, String error, ServerInfo server) {
            super(error, null, Reason.REFUSED, server);
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
