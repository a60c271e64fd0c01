package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The twelve bytes in front of every frame, big endian:
///
/// ```
/// version 1 | type 1 | flags 2 | stream 4 | length 4
/// ```
///
/// `streamId` and `length` are unsigned 32 bit values in an `int`; [#unsignedLength()] widens.
///
/// Source: yamux specification, section "Framing".
record FrameHeader(FrameType type, int flags, int streamId, int length) {
    static final int BYTES = 12;
    static final int VERSION = 0;

    private static final FrameType[] TYPES = FrameType.values();
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /// Reads a header.
    ///
    /// @throws ProtocolViolation for a version or a type that does not exist
    static FrameHeader read(byte[] from, int at) throws ProtocolViolation {
        int version = from[at] & 0xff;
        if (version != VERSION) {
            throw new ProtocolViolation("frame of version " + version + ", expected " + VERSION);
        }
        int type = from[at + 1] & 0xff;
        if (type >= TYPES.length) {
            throw new ProtocolViolation("frame of type " + type + ", expected 0 to " + (TYPES.length - 1));
        }
        int flags = (short) SHORT.get(from, at + 2) & 0xffff;
        return new FrameHeader(TYPES[type], flags, (int) INT.get(from, at + 4), (int) INT.get(from, at + 8));
    }

    void write(byte[] to, int at) {
        to[at] = VERSION;
        to[at + 1] = (byte) type.ordinal();
        SHORT.set(to, at + 2, (short) flags);
        INT.set(to, at + 4, streamId);
        INT.set(to, at + 8, length);
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    long unsignedLength() {
        return Integer.toUnsignedLong(length);
    }
}
