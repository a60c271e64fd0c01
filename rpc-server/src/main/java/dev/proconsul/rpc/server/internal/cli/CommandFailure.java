package dev.proconsul.rpc.server.internal.cli;

import java.io.Serial;

/// Something that was asked for and did not work. The message is what a person reads.
final class CommandFailure extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    CommandFailure(String message) {
        super(message);
    }
}
