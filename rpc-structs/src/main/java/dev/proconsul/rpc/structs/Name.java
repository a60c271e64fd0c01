package dev.proconsul.rpc.structs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The name of a field in wire form, ready to be written and to be recognised.
///
/// Compares and copies whole words, of which the last overlaps the one before it. As a record in a constant its
/// components are constants to the JVM's compiler: what is left of a comparison are two loads and two compares.
///
/// @param encoded header and text, 2 bytes or more
/// @param length  number of these bytes
/// @param first   the first 8 of them, little-endian; padded with zeros if there are fewer
/// @param last    the last 8 of them; the same as `first` if there are fewer
record Name(byte[] encoded, int length, long first, long last) {
    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    static Name of(String text) {
        MsgpackWriter out = new MsgpackWriter();
        out.writeString(text);
        byte[] encoded = out.toByteArray();
        byte[] padded = Arrays.copyOf(encoded, Math.max(encoded.length, Long.BYTES));
        return new Name(encoded, encoded.length, (long) WORD.get(padded, 0),
                (long) WORD.get(padded, padded.length - Long.BYTES));
    }

    /// How many bytes of the wire form come before the text.
    int header() {
        return (encoded[0] & 0xff) == Wire.STR16 ? 3 : 1;
    }

    /// True if an array has this name at a place before `end`.
    boolean isAt(byte[] bytes, int at, int end) {
        if (end - at < length) {
            return false;
        }
        return length < Long.BYTES ? isShort(bytes, at) : isLong(bytes, at);
    }

    private boolean isShort(byte[] bytes, int at) {
        return at + Long.BYTES <= bytes.length ? ((long) WORD.get(bytes, at) ^ first) << 64 - 8 * length == 0
                : Arrays.equals(encoded, 0, length, bytes, at, at + length);
    }

    private boolean isLong(byte[] bytes, int at) {
        return (long) WORD.get(bytes, at) == first && (long) WORD.get(bytes, at + length - Long.BYTES) == last
                && (length <= 2 * Long.BYTES || Arrays.equals(encoded, 0, length, bytes, at, at + length));
    }

    /// Writes the name into an array that has [#room()] for it.
    void copyTo(byte[] target, int at) {
        WORD.set(target, at, first);
        for (int i = Long.BYTES; i < length - Long.BYTES; i += Long.BYTES) {
            WORD.set(target, at + i, (long) WORD.get(encoded, i));
        }
        if (length > Long.BYTES) {
            WORD.set(target, at + length - Long.BYTES, last);
        }
    }

    /// How many bytes [#copyTo(byte\[\], int)] may touch.
    int room() {
        return Math.max(length, Long.BYTES);
    }
}
