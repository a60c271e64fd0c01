package dev.proconsul.jyamux.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The connection below a session: bytes in, bytes out, one end.
///
/// Threads: one reads, one writes, any closes. Closing has to wake the other two.
interface Wire extends Closeable {
    /// Waits for bytes.
    ///
    /// @param into has room for at least one
    /// @return how many came, -1 at the end
    int read(ByteBuffer into) throws IOException;

    /// Writes at least one of the remaining bytes, and as many as go out without a long wait: what a caller may take
    /// for a sign that the peer's side still moves.
    void write(ByteBuffer from) throws IOException;

    /// {@return whether callers may write themselves, by [#offer]}
    default boolean takesOffers() {
        return false;
    }

    /// Writes what goes out without waiting, maybe nothing. Only if it [#takesOffers].
    default void offer(ByteBuffer from) throws IOException {
        throw new IOException("writing waits here");
    }

    /// The last of a round of bytes has been written.
    void flush() throws IOException;

    /// Ends this side's bytes and leaves the other direction open, where the connection can do that.
    ///
    /// @return whether it could
    boolean finishWriting() throws IOException;

    /// {@return where buffers for this connection come from: outside the heap if that saves a copy}
    BufferPool pool();
}
