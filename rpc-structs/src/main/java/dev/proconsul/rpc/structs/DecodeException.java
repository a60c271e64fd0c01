package dev.proconsul.rpc.structs;

import java.io.IOException;

/// Bytes that are no value of the wanted type, or that exceed a limit.
///
/// The message of a wrong byte is the text that Consul's own decoder gives, because a server sends it to the caller.
/// The message of an exceeded limit names the limit and what was met. An input that ends too early is no
/// `DecodeException` but an [java.io.EOFException] with the text `EOF` (nothing of an item came) or `unexpected EOF`.
public final class DecodeException extends IOException {
    private static final long serialVersionUID = 1L;

    /// Makes an exception with the text that the caller will see.
    ///
    /// @param message what was wrong and what was expected
    public DecodeException(String message) {
        super(message);
    }
}
