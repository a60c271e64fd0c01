package dev.proconsul.rpc.server.internal.cli;

import java.io.Serial;

/// A command line that cannot be followed. The message is one line that says what to change.
final class UsageError extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    UsageError(String message) {
        super(message);
    }
}
