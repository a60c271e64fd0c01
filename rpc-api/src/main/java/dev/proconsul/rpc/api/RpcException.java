package dev.proconsul.rpc.api;

import java.io.Serial;

/// What a caller is told when a method refuses or fails: the text goes over the wire as it is.
///
/// Peers recognise some texts by substring (`No cluster leader`, `No path to datacenter`), so they are exact.
public class RpcException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /// Makes an error.
    /// @param message what the caller reads
    public RpcException(String message) {
        super(message);
    }

    /// Makes an error with its reason.
    /// @param message what the caller reads
    /// @param cause   why; stays on this side of the wire
    public RpcException(String message, Throwable cause) {
        super(message, cause);
    }

    /// {@return what the caller reads; never null}
    @Override
    public String getMessage() {
        var message = super.getMessage();
        return message == null ? "" : message;
    }
}
