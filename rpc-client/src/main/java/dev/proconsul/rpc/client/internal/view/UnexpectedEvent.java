package dev.proconsul.rpc.client.internal.view;

import java.io.Serial;

/// A server has sent what does not fit.
public final class UnexpectedEvent extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /// Makes the exception.
    /// @param message what was sent, and what was expected
    public UnexpectedEvent(String message) {
        super(message);
    }
}
