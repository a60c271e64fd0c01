package dev.proconsul.rpc.structs;

/// A tree that does not have the shape of the wanted type.
///
/// The message names the place (as `DirEnt.Value`), what was met and what was expected.
public final class JsonShapeException extends Exception {
    private static final long serialVersionUID = 1L;

    /// Makes an exception with the text for the user.
    ///
    /// @param message place, what was met, what was expected
    public JsonShapeException(String message) {
        super(message);
    }
}
