package dev.proconsul.rpc.transport.tls;

import java.io.Serial;

/// A request for a certificate was refused. The message is the one that Consul answers with, where it has one.
public final class SigningRefusedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /// Makes the exception.
    /// @param message why
    public SigningRefusedException(String message) {
        super(message);
    }

    /// Makes the exception.
    /// @param message why
    /// @param cause   how it came to light
    public SigningRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
