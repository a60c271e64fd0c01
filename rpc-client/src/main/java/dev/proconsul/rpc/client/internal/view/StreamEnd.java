package dev.proconsul.rpc.client.internal.view;

import dev.proconsul.rpc.client.CallException;
import java.io.Serial;

/// A stream has ended, or could not be opened.
public final class StreamEnd extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /// Why.
    private final Reason reason;
    /// The same for one who knows calls only.
    private final CallException failure;

    /// What is to be done about it.
    public enum Reason {
        /// The server says that what is known is void.
        RESET,
        /// This server streams nothing.
        NOT_OFFERED,
        /// There is no connection: either nobody is there, or one who does not know this protocol.
        UNREACHABLE,
        /// Any other.
        BROKEN
    }

    /// Makes the exception.
    /// @param reason  what is to be done about it
    /// @param failure what happened
    public StreamEnd(Reason reason, CallException failure) {
        super(failure.getMessage(), failure);
        this.reason = reason;
        this.failure = failure;
    }

    /// {@return what is to be done about it}
    public Reason reason() {
        return reason;
    }

    /// {@return what happened, as the failure of a call}
    public CallException failure() {
        return failure;
    }
}
