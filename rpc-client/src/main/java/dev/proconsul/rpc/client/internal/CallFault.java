package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.CallException.Reason;
import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A failure whose reason is known where it happens, on its way to the caller.
final class CallFault extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private final Reason reason;

    CallFault(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
