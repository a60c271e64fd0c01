package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException;
import java.nio.ByteBuffer;

/// Takes what the decoder finds. Called by the session's reader only; must not wait.
interface FrameSink {
    /// A header has come. For a data frame with a payload, [#body] follows until the payload is complete.
    ///
    /// @param id the stream's number, unsigned
    /// @param length payload bytes, credit, opaque number or code, unsigned
    /// @param bodyFollows whether the first piece of the payload is there already, and is passed on next
    void frame(FrameType type, int flags, int id, int length, boolean bodyFollows) throws MuxException;

    /// A piece of the payload of the last header: the next `length` bytes of the buffer. The caller moves on by itself;
    /// the position may be left anywhere.
    ///
    /// @param last whether the payload is complete with it
    void body(ByteBuffer from, int length, boolean last) throws MuxException;

    /// {@return whether what is left in the buffer is to wait: the decoder then leaves it there}
    default boolean hasEnough() {
        return false;
    }
}
