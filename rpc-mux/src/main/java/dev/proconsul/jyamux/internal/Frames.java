package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import java.nio.ByteBuffer;

/// The twelve bytes in front of every frame, big endian:
///
/// ```
/// version 1 | type 1 | flags 2 | stream 4 | length 4
/// ```
///
/// Stream and length are unsigned 32 bit values in an `int`. There is no object for a frame: millions pass in a second.
///
/// Source: yamux specification, section "Framing".
final class Frames {
    static final int HEADER_BYTES = 12;
    static final int VERSION = 0;

    private Frames() {}

    /// Appends a header to a buffer that has room for it.
    static void putHeader(ByteBuffer to, FrameType type, int flags, int id, int length) {
        to.putInt(type.ordinal() << 16 | flags);
        to.putInt(id);
        to.putInt(length);
    }
}
