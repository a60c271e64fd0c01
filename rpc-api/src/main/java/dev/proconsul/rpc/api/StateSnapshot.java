package dev.proconsul.rpc.api;

import java.io.IOException;
import java.io.OutputStream;

/// The whole state of a [StateMachine] at one place of the log; later commands do not change it. Any thread.
@FunctionalInterface
public interface StateSnapshot {
    /// Writes the state; asked more than once, it writes the same bytes.
    ///
    /// @param out where to; not to be closed
    /// @throws IOException when it cannot be written
    void writeTo(OutputStream out) throws IOException;
}
