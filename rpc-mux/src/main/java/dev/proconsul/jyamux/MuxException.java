package dev.proconsul.jyamux;

import java.io.IOException;
import java.io.Serial;

/// Why a stream or a session does not go on. Every subtype says who ended what.
public abstract sealed class MuxException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// Who caused an ending.
    public enum Origin {
        /// This side.
        LOCAL,
        /// The peer, by a frame.
        REMOTE,
        /// The connection below.
        TRANSPORT
    }

    /// Who caused it.
    private final Origin origin;

    private MuxException(String message, Origin origin) {
        super(message);
        this.origin = origin;
    }

    private MuxException(String message, Origin origin, Throwable cause) {
        super(message, cause);
        this.origin = origin;
    }

    /// {@return who caused it}
    public Origin origin() {
        return origin;
    }

    /// One stream was broken off; its siblings go on.
    public static final class StreamReset extends MuxException {
        @Serial
        private static final long serialVersionUID = 1L;

        /// The peer's reason.
        private final long code;

        /// A reset.
        ///
        /// @param message what happened
        /// @param origin who reset the stream
        /// @param code the number that came with the peer's reset, 0 if none
        public StreamReset(String message, Origin origin, long code) {
            super(message, origin);
            this.code = code;
        }

        /// {@return the number that came with the peer's reset, 0 to 2^32-1; hashicorp's implementation sends 0}
        public long code() {
            return code;
        }
    }

    /// This side has finished writing, or stopped reading, and then tried to go on.
    public static final class StreamFinished extends MuxException {
        @Serial
        private static final long serialVersionUID = 1L;

        /// A use after the end.
        ///
        /// @param message what was tried
        public StreamFinished(String message) {
            super(message, Origin.LOCAL);
        }
    }

    /// No stream can be opened, though the session lives.
    public static final class OpenRefused extends MuxException {
        @Serial
        private static final long serialVersionUID = 1L;

        /// A refusal.
        ///
        /// @param message why
        /// @param origin the peer after its go away, this side when its numbers are used up
        public OpenRefused(String message, Origin origin) {
            super(message, origin);
        }
    }

    /// The session has ended, and every stream with it.
    public static final class SessionClosed extends MuxException {
        @Serial
        private static final long serialVersionUID = 1L;

        /// The code of the go away frame.
        private final long code;

        /// An end.
        ///
        /// @param message why
        /// @param origin who ended it
        /// @param code the code of the go away frame that was sent or received: 0 normal, 1 protocol error,
        ///     2 internal error, others as received; 0 if there was none
        public SessionClosed(String message, Origin origin, long code) {
            super(message, origin);
            this.code = code;
        }

        /// An end with a cause.
        ///
        /// @param message why
        /// @param origin who ended it
        /// @param code as in the other constructor
        /// @param cause what was caught
        public SessionClosed(String message, Origin origin, long code, Throwable cause) {
            super(message, origin, cause);
            this.code = code;
        }

        /// {@return the code of the go away frame sent or received, 0 if there was none}
        public long code() {
            return code;
        }
    }

    /// The peer broke the protocol, or went over a limit. It appears as the cause of a [SessionClosed].
    public static final class ProtocolViolation extends MuxException {
        @Serial
        private static final long serialVersionUID = 1L;

        /// A violation.
        ///
        /// @param message what came and what was expected
        public ProtocolViolation(String message) {
            super(message, Origin.REMOTE);
        }
    }
}
