package dev.proconsul.rpc.endpoints.internal.filter;

import java.io.Serial;

/// Why something is no filter.
final class FilterException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    FilterException(String message) {
        super(message);
    }
}
