package dev.proconsul.rpc.endpoints.internal.hcl;

import java.io.Serial;

/// A text that is no HCL.
public final class HclException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /// @param message what is wrong and where
    HclException(String message) {
        super(message);
    }

    HclException(Place place, String message) {
        this("At " + place + ": " + message);
    }

    /// {@return what is wrong and where}
    @Override
    public String getMessage() {
        var message = super.getMessage();
        return message == null ? "" : message;
    }
}
