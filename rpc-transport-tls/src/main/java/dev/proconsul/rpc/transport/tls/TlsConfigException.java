package dev.proconsul.rpc.transport.tls;

import java.io.IOException;
import java.io.Serial;

/// TLS cannot be set up as configured. The message is one line that names the file or setting and what is wrong with it.
public final class TlsConfigException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    /// Makes the exception.
    /// @param message what is wrong, and where
    public TlsConfigException(String message) {
        super(message);
    }

    /// Makes the exception.
    /// @param message what is wrong, and where
    /// @param cause   how it came to light
    public TlsConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
