package dev.proconsul.rpc.structs;

import dev.proconsul.rpc.structs.internal.GoString;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Appends msgpack values to a growing buffer, in the forms that Consul's encoder chooses.
///
/// Those are the shortest form of every integer, and the old types only: neither `str8` nor `bin` nor `ext`.
/// One thread at a time. Made once per stream and reused: [#reset()] forgets the content and gives up an unusually big
/// buffer.
public final class MsgpackWriter {
    private static final int SMALL = 256;
    private static final byte[] NONE = {};
    private static final int KEPT = 64 << 10;

    private final boolean plain;
    private byte[] buffer = new byte[SMALL];
    private int size;

    /// Makes an empty writer.
    public MsgpackWriter() {
        this(false);
    }

    private MsgpackWriter(boolean plain) {
        this.plain = plain;
    }

    /// A writer of the plain form, which is no wire form: every struct is a map, also where the wire has a byte string,
    /// every map has string keys, and a config entry is a list of its kind and its map.
    static MsgpackWriter plain() {
        return new MsgpackWriter(true);
    }

    boolean isPlain() {
        return plain;
    }

    /// Forgets everything written.
    public void reset() {
        size = 0;
        if (buffer.length > KEPT) {
            buffer = new byte[SMALL];
        }
    }

    /// Forgets everything written, and gives up the buffer until something is written again. For a writer that is about
    /// to be unused for long.
    public void rest() {
        size = 0;
        buffer = NONE;
    }

    /// {@return how many bytes were written since the last reset}
    public int size() {
        return size;
    }

    /// Drops everything behind a former [#size()], as after a value that could not be encoded.
    ///
    /// @param size what to keep, 0 to the present size
    /// @throws IllegalArgumentException if there are fewer bytes
    public void truncate(int size) {
        if (size < 0 || size > this.size) {
            throw new IllegalArgumentException("cannot keep " + size + " of " + this.size + " bytes");
        }
        this.size = size;
    }

    /// Hands all bytes on in one write; they stay here.
    ///
    /// @param out where to
    /// @throws IOException if writing fails
    public void writeTo(OutputStream out) throws IOException {
        out.write(buffer, 0, size);
    }

    /// {@return a copy of the bytes}
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    /// Writes nil.
    public void writeNil() {
        put(Wire.NIL);
    }

    /// Writes a boolean.
    ///
    /// @param value the value
    public void writeBoolean(boolean value) {
        put(value ? Wire.TRUE : Wire.FALSE);
    }

    /// Writes a signed integer.
    ///
    /// @param value the value
    public void writeLong(long value) {
        if (value >= 0) {
            writeUnsigned(value);
        } else if (value >= -32) {
            put((int) value);
        } else if (value >= Byte.MIN_VALUE) {
            put(Wire.INT8, value, 1);
        } else if (value >= Short.MIN_VALUE) {
            put(Wire.INT16, value, 2);
        } else if (value >= Integer.MIN_VALUE) {
            put(Wire.INT32, value, 4);
        } else {
            put(Wire.INT64, value, 8);
        }
    }

    /// Writes an unsigned integer.
    ///
    /// @param value its 64 bits; a negative `long` stands for a value from 2^63
    public void writeUnsigned(long value) {
        if (value >>> 7 == 0) {
            put((int) value);
        } else if (value >>> 8 == 0) {
            put(Wire.UINT8, value, 1);
        } else if (value >>> 16 == 0) {
            put(Wire.UINT16, value, 2);
        } else if (value >>> 32 == 0) {
            put(Wire.UINT32, value, 4);
        } else {
            put(Wire.UINT64, value, 8);
        }
    }

    /// Writes an unsigned integer of a narrower type.
    ///
    /// @param bits  width of the type, 1 to 63
    /// @param value the value
    /// @throws IllegalArgumentException if it does not fit
    public void writeUnsigned(int bits, long value) {
        if (value >>> bits != 0) {
            throw new IllegalArgumentException(value + " is no unsigned integer of " + bits + " bits");
        }
        writeUnsigned(value);
    }

    /// Writes a floating point number of 32 bits.
    ///
    /// @param value the value
    public void writeFloat(float value) {
        put(Wire.FLOAT32, Float.floatToRawIntBits(value), 4);
    }

    /// Writes a floating point number of 64 bits; NaN as Go writes it.
    ///
    /// @param value the value
    public void writeDouble(double value) {
        put(Wire.FLOAT64, Double.isNaN(value) ? Wire.GO_NAN : Double.doubleToRawLongBits(value), 8);
    }

    /// Writes a string.
    ///
    /// @param value the text; see [MsgpackReader#readString()] for bytes that are no UTF-8
    public void writeString(String value) {
        int length = value.length();
        if (length == 0) {
            put(Wire.FIXSTR);
            return;
        }
        int start = size;
        rawHeader(length);
        room(length);
        if (GoString.encodeAscii(value, buffer, size)) {
            size += length;
        } else {
            size = start;
            writeEncodedString(value);
        }
    }

    private void writeEncodedString(String value) {
        int length = GoString.encodedLength(value);
        rawHeader(length);
        room(length);
        size = GoString.encode(value, buffer, size);
    }

    /// Writes a byte string, in the form of a string; nil as nil.
    ///
    /// @param value the bytes
    public void writeBytes(Bytes value) {
        if (value.isNil()) {
            writeNil();
        } else {
            rawHeader(value.length());
            putAll(value.unwrap());
        }
    }

    /// Writes a duration as nanoseconds.
    ///
    /// @param value a duration that fits into 64 bits of nanoseconds (about 292 years)
    /// @throws ArithmeticException if it does not
    public void writeDuration(java.time.Duration value) {
        writeLong(value.toNanos());
    }

    /// Writes a point in time.
    ///
    /// @param value the time
    public void writeTime(WireTime value) {
        int version = value.version();
        rawHeader(14 + version);
        put(version, value.seconds(), 8);
        putNumber(value.nanos(), 4);
        putNumber(value.utc() ? -1 : value.offsetSeconds() / 60, 2);
        if (version == 2) {
            put(value.offsetSeconds() % 60);
        }
    }

    /// Starts a list.
    ///
    /// @param elements how many values follow
    public void writeArrayHeader(int elements) {
        containerHeader(elements, Wire.FIXARRAY, Wire.ARRAY16, Wire.ARRAY32);
    }

    /// Starts a map or a struct.
    ///
    /// @param entries how many pairs of key and value follow
    public void writeMapHeader(int entries) {
        containerHeader(entries, Wire.FIXMAP, Wire.MAP16, Wire.MAP32);
    }

    /// Writes an untyped value, as found in [Shape.Scalar#ANY] fields.
    ///
    /// @param value null, `Boolean`, an integer of up to 64 bits, `Float`, `Double`, `String`, [Bytes], [WireTime],
    ///              a `List` or a `Map` of such
    /// @throws IllegalArgumentException for anything else
    public void writeAny(@Nullable Object value) {
        switch (value) {
            case null -> writeNil();
            case Boolean flag -> writeBoolean(flag);
            case BigInteger number when number.signum() >= 0 && number.bitLength() <= 64 ->
                writeUnsigned(number.longValue());
            case BigInteger number when number.bitLength() <= 63 -> writeLong(number.longValue());
            case Float number -> writeFloat(number);
            case Double number -> writeDouble(number);
            case Long number -> writeLong(number);
            case Integer number -> writeLong(number);
            case String text -> writeString(text);
            case Bytes bytes when bytes.isNil() -> writeString("");
            case Bytes bytes -> writeBytes(bytes);
            case WireTime time -> writeTime(time);
            case List<?> list -> writeAnyList(list);
            case Map<?, ?> map -> writeAnyMap(map);
            default -> throw new IllegalArgumentException("no wire form for a " + value.getClass().getName());
        }
    }

    private void writeAnyList(List<?> list) {
        writeArrayHeader(list.size());
        for (Object element : list) {
            writeAny(element);
        }
    }

    private void writeAnyMap(Map<?, ?> map) {
        writeMapHeader(map.size());
        map.forEach((key, value) -> {
            writeString((String) key);
            writeAny(value);
        });
    }

    /// Writes nil, or what the pointer points to.
    <T> void writeNullable(@Nullable T value, BiConsumer<T, MsgpackWriter> present) {
        if (value == null) {
            writeNil();
        } else {
            present.accept(value, this);
        }
    }

    /// Writes a list in which nil and empty differ.
    <T> void writeList(List<T> list, BiConsumer<T, MsgpackWriter> element) {
        if (Nil.is(list)) {
            writeNil();
            return;
        }
        writeArrayHeader(list.size());
        for (int i = 0; i < list.size(); i++) {
            element.accept(list.get(i), this);
        }
    }

    /// Writes a map in which nil and empty differ, in its own order.
    <T extends @Nullable Object> void writeMap(Map<String, T> map, BiConsumer<T, MsgpackWriter> value) {
        writeMap(map, (key, out) -> out.writeString(key), value);
    }

    <T extends @Nullable Object> void writeMap(Map<String, T> map, BiConsumer<String, MsgpackWriter> key,
            BiConsumer<T, MsgpackWriter> value) {
        if (Nil.is(map)) {
            writeNil();
            return;
        }
        writeMapHeader(map.size());
        for (Map.Entry<String, T> entry : map.entrySet()) {
            key.accept(entry.getKey(), this);
            value.accept(entry.getValue(), this);
        }
    }

    /// Writes a value whose content stands in a byte string; in the plain form the value is a map like any other.
    <T> void writeWrapped(T value, BiConsumer<T, MsgpackWriter> content, BiConsumer<T, MsgpackWriter> map) {
        if (plain) {
            map.accept(value, this);
            return;
        }
        int start = size;
        content.accept(value, this);
        int length = size - start;
        rawHeader(length); // behind the content, whose length was not known; for the room, and to see how long it is
        int header = size - start - length;
        System.arraycopy(buffer, start, buffer, start + header, length);
        size = start;
        rawHeader(length);
        size += length;
    }

    /// Writes the zero value, and returns true, if that is what the value is.
    <T> boolean writeIfZero(T value, Zero<T> zero) {
        boolean whole = value == zero.value() && !plain;
        if (whole) {
            putAll(zero.bytes());
        }
        return whole;
    }

    /// Writes the name of a field.
    void writeName(Name name) {
        room(name.room());
        name.copyTo(buffer, size);
        size += name.length();
    }

    /// Appends bytes that are in wire form already.
    ///
    /// @param bytes one value, or the next part of one
    public void writeEncoded(byte[] bytes) {
        putAll(bytes);
    }

    private void rawHeader(int length) {
        containerHeader(length, Wire.FIXSTR, Wire.STR16, Wire.STR32);
    }

    private void containerHeader(int length, int fix, int form16, int form32) {
        if (length < (fix == Wire.FIXSTR ? 32 : 16)) {
            put(fix | length);
        } else if (length < 1 << 16) {
            put(form16, length, 2);
        } else {
            put(form32, length, 4);
        }
    }

    private void put(int b) {
        room(1);
        buffer[size++] = (byte) b;
    }

    private void put(int b, long value, int bytes) {
        put(b);
        putNumber(value, bytes);
    }

    private void putNumber(long value, int bytes) {
        room(bytes);
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            buffer[size++] = (byte) (value >>> shift);
        }
    }

    private void putAll(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, buffer, size, bytes.length);
        size += bytes.length;
    }

    private void room(int bytes) {
        if (buffer.length - size < bytes) {
            int needed = Math.addExact(size, bytes); // a message of 2 GiB or more ends here
            long doubled = Math.min(Math.max(SMALL, 2L * buffer.length), Integer.MAX_VALUE - 8);
            buffer = Arrays.copyOf(buffer, (int) Math.max(needed, doubled));
        }
    }
}
