package dev.proconsul.rpc.structs;

import dev.proconsul.rpc.structs.internal.GoString;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/// An immutable byte string.
///
/// [#NIL] and [#EMPTY] are equal, but are written differently (`c0` and `a0`). Reading either of them gives `NIL`, as
/// it does in Go. Safe for use by many threads.
public final class Bytes {
    /// Go's nil byte slice: empty, and written as nil.
    public static final Bytes NIL = new Bytes(new byte[0]);

    /// No bytes, but not nil.
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /// {@return a byte string with a copy of these bytes}
    ///
    /// @param content any bytes
    public static Bytes of(byte... content) {
        return wrap(content.clone());
    }

    /// {@return the UTF-8 form of a text}
    ///
    /// @param text any text
    public static Bytes ofUtf8(String text) {
        return wrap(GoString.encode(text));
    }

    /// Takes the array over; nobody may write to it afterwards.
    static Bytes wrap(byte[] content) {
        return content.length == 0 ? EMPTY : new Bytes(content);
    }

    byte[] unwrap() {
        return content;
    }

    /// {@return a copy of the bytes}
    public byte[] toByteArray() {
        return content.clone();
    }

    /// {@return a read-only view of the bytes, from position 0}
    public ByteBuffer asReadOnlyBuffer() {
        return ByteBuffer.wrap(content).asReadOnlyBuffer();
    }

    /// {@return how many bytes there are}
    public int length() {
        return content.length;
    }

    /// {@return true if there are no bytes, nil or not}
    public boolean isEmpty() {
        return content.length == 0;
    }

    /// {@return true for [#NIL] alone}
    public boolean isNil() {
        return this == NIL;
    }

    /// {@return the bytes read as UTF-8; bad bytes are kept as lone surrogates, see [MsgpackReader#readString()]}
    public String toUtf8() {
        return GoString.decode(content, 0, content.length);
    }

    /// Compares the bytes; nil equals empty.
    ///
    /// @param other anything
    /// @return true if `other` is a byte string with the same bytes
    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    /// {@return a hash of the bytes}
    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /// {@return the length and the first bytes as base64: values may be long, and may be secret}
    @Override
    public String toString() {
        if (isNil()) {
            return "Bytes[nil]";
        }
        byte[] start = Arrays.copyOf(content, Math.min(content.length, 12));
        return "Bytes[" + content.length + ": " + Base64.getEncoder().encodeToString(start) + "]";
    }
}
