package dev.proconsul.rpc.structs;

import dev.proconsul.rpc.structs.internal.GoString;
import dev.proconsul.rpc.structs.internal.Unbuffered;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads msgpack values as Consul's decoder does: with its tolerance, and with its error texts.
///
/// Nil is the zero value of every type. Holds a buffer of 1 KiB, and in long messages up to 16 KiB of short texts.
/// Reads ahead into the buffer, so all messages of a stream must be read by the same reader. One thread at a time; the
/// stream is closed by whoever opened it.
/// After an exception only [#startMessage()] makes sense, and only if the place in the stream is known.
/// Source: `codec/msgpack.go` and `codec/decode.go` of the go-msgpack version that Consul uses.
public final class MsgpackReader {
    /// From this length on a list or map is expected to repeat itself.
    private static final int REPEATING = 8;

    private final Source source;
    private final DecodeLimits standard;
    private Account account;
    private final boolean plain;
    private @Nullable Texts texts;
    private String kind = "";

    /// Reads a stream.
    ///
    /// @param in     where from
    /// @param limits what one message may ask for
    public MsgpackReader(InputStream in, DecodeLimits limits) {
        this(new Source(in), limits, false);
    }

    private MsgpackReader(Source source, DecodeLimits limits, boolean plain) {
        this.plain = plain;
        this.source = source;
        this.standard = limits;
        this.account = new Account(limits);
        source.startMessage(limits.total());
    }

    /// {@return a reader that takes not one byte behind the values it is asked for: for a single small value in front
    /// of other content}
    ///
    /// @param in     where from; read byte by byte
    /// @param limits what the value may ask for
    public static MsgpackReader unbuffered(InputStream in, DecodeLimits limits) {
        return new MsgpackReader(new Unbuffered(in), limits);
    }

    /// {@return a reader of bytes in memory}
    ///
    /// @param bytes  one or more values; not copied and not changed
    /// @param limits what one message may ask for
    public static MsgpackReader of(byte[] bytes, DecodeLimits limits) {
        return new MsgpackReader(new Source(bytes), limits, false);
    }

    /// A reader of the plain form, which is no wire form: see [MsgpackWriter#plain()].
    static MsgpackReader plain(byte[] bytes, DecodeLimits limits) {
        return new MsgpackReader(new Source(bytes), limits, true);
    }

    boolean isPlain() {
        return plain;
    }

    /// The kind of config entry that was announced last.
    String kind() {
        return kind;
    }

    void setKind(String kind) {
        this.kind = kind;
    }

    /// Starts a new account with the limits given at construction.
    public void startMessage() {
        startMessage(standard);
    }

    /// Starts a new account with other limits, until the next start.
    ///
    /// @param limits what the message may ask for
    public void startMessage(DecodeLimits limits) {
        account = new Account(limits);
        texts = null;
        source.startMessage(limits.total());
    }

    /// Keeps the bytes of what is read from here on, for [#kept()].
    public void keep() {
        source.keep();
    }

    /// {@return the bytes of all that was read since [#keep()] in this message, which are kept no longer; none without it}
    public byte[] kept() {
        return source.kept();
    }

    /// Gives up the buffer until something is read again, if all that was in it has been read. For a reader that is
    /// about to be unused for long.
    public void rest() {
        source.rest();
    }

    /// {@return true at the end of the stream, false as soon as there is another byte}
    ///
    /// @throws IOException if reading fails
    public boolean atEnd() throws IOException {
        return source.atEnd();
    }

    /// {@return how many bytes were consumed since the reader was made}
    public long position() {
        return source.position();
    }

    /// {@return true, and steps over it, if the next value is nil}
    ///
    /// @throws IOException if the input ends or reading fails
    public boolean tryNil() throws IOException {
        if (source.peek() != Wire.NIL) {
            return false;
        }
        source.read();
        return true;
    }

    /// {@return a boolean; nil is false}
    ///
    /// @throws IOException if there is none, the input ends or reading fails
    public boolean readBoolean() throws IOException {
        return !source.takeIf(Wire.FALSE) && !tryNil() && readBooleanOnly();
    }

    /// A boolean where Consul does not take nil: as a whole reply.
    boolean readBooleanOnly() throws IOException {
        int b = source.read();
        return switch (b) {
            case Wire.TRUE, 1 -> true;
            case Wire.FALSE, 0 -> false;
            default -> throw new DecodeException("codec.decoder: Invalid single-byte value for bool: "
                    + "Unrecognized descriptor byte: " + Integer.toHexString(b));
        };
    }

    /// {@return a signed integer of any width; unsigned values from 2^63 wrap around, as in Go}
    ///
    /// @throws IOException if there is none, the input ends or reading fails
    public long readLong() throws IOException {
        return source.integer(source.read());
    }

    /// {@return the 64 bits of an unsigned integer of any width}
    ///
    /// @throws IOException if there is none or it is negative, if the input ends or reading fails
    public long readUnsigned() throws IOException {
        int b = source.read();
        long value = source.integer(b);
        if (value < 0 && b != Wire.UINT64) {
            throw new DecodeException("codec.decoder: Assigning negative signed value: "
                    + (b >= Wire.NEGATIVE_FIXINT ? b : value) + ", to unsigned type");
        }
        return value;
    }

    /// {@return an unsigned integer that fits a narrower type}
    ///
    /// @param bits width of the type, 1 to 63
    /// @throws IOException if there is none or it is out of range, if the input ends or reading fails
    public long readUnsigned(int bits) throws IOException {
        long value = readUnsigned();
        if (value >>> bits != 0) {
            throw new DecodeException("codec.decoder: Overflow uint value: " + Long.toUnsignedString(value));
        }
        return value;
    }

    /// {@return a floating point number of either width, or an integer as one}
    ///
    /// @throws IOException if there is none, the input ends or reading fails
    public double readDouble() throws IOException {
        int b = source.read();
        return switch (b) {
            case Wire.FLOAT32 -> Float.intBitsToFloat((int) source.readNumber(4));
            case Wire.FLOAT64 -> Double.longBitsToDouble(source.readNumber(8));
            default -> source.integer(b);
        };
    }

    /// {@return a floating point number of 32 bits}
    ///
    /// @throws IOException if there is none or it is out of range, if the input ends or reading fails
    public float readFloat() throws IOException {
        double value = readDouble();
        if (Math.abs(value) > Float.MAX_VALUE && Double.isFinite(value)) {
            throw new DecodeException("codec.decoder: Overflow float32 value: " + value);
        }
        return (float) value;
    }

    /// Reads a string.
    ///
    /// @return the text; a byte `b` that is no part of valid UTF-8 is the lone surrogate U+DC00 + `b`, which
    ///         [MsgpackWriter#writeString(String)] turns back into the byte
    /// @throws IOException if there is none, the input ends or reading fails
    public String readString() throws IOException {
        return source.takeIf(Wire.FIXSTR) ? "" : readText(); // most fields of most structs are empty
    }

    private String readText() throws IOException {
        int length = account.kept(source.stringLength(source.read()));
        if (length <= 0) {
            return "";
        }
        if (!source.fits(length)) {
            byte[] bytes = source.readBytes(length);
            return GoString.decode(bytes, 0, length);
        }
        int at = source.take(length);
        String known = texts == null || length > Texts.LONGEST ? null : texts.get(source.array(), at, length);
        return known != null ? known : GoString.decode(source.array(), at, length);
    }

    /// {@return a byte string, given as string, as binary, or as a list of small integers; empty becomes nil}
    ///
    /// @throws IOException if there is none, the input ends or reading fails
    public Bytes readBytes() throws IOException {
        int b = source.read();
        if (Wire.isString(b) || Wire.isBinary(b) || b == Wire.NIL) {
            byte[] bytes = rawBytes(b);
            return bytes.length == 0 ? Bytes.NIL : Bytes.wrap(bytes);
        }
        return Containers.bytes(this, arrayLength(b));
    }

    /// A byte string that is no list.
    Bytes readMessage() throws IOException {
        byte[] bytes = rawBytes(source.read());
        return bytes.length == 0 ? Bytes.NIL : Bytes.wrap(bytes);
    }

    byte[] rawBytes(int b) throws IOException {
        int length = account.kept(Wire.isBinary(b) ? source.readNumber(1 << b - Wire.BIN8) : source.stringLength(b));
        return length <= 0 ? new byte[0] : source.readBytes(length);
    }

    /// {@return a duration, sent as nanoseconds}
    ///
    /// @throws IOException if there is none, the input ends or reading fails
    public Duration readDuration() throws IOException {
        long nanos = readLong();
        return nanos == 0 ? Duration.ZERO : Duration.ofNanos(nanos);
    }

    /// {@return a point in time; nil is the zero time}
    ///
    /// @throws IOException if there is none, the input ends or reading fails
    public WireTime readTime() throws IOException {
        int b = source.read();
        return b == Wire.NIL ? WireTime.ZERO : WireTime.parse(rawBytes(b));
    }

    /// Starts a list; [#endContainer()] must follow its elements. A map counts as the list of its keys and values.
    ///
    /// @return how many elements follow, or -1 for nil, which has no end to announce
    /// @throws IOException if there is no list, a limit is exceeded, the input ends or reading fails
    public long readArrayHeader() throws IOException {
        int b = source.read();
        return b == Wire.NIL ? -1 : arrayLength(b);
    }

    private long arrayLength(int b) throws IOException {
        if (!Wire.isArray(b) && !Wire.isMap(b)) {
            throw new DecodeException("codec.decoder: Only encoded map or array can be decoded into a slice. "
                    + "(valueType: " + Integer.toHexString(Wire.valueType(b)) + ")");
        }
        return enter(source.elements(b));
    }

    /// Starts a map; [#endContainer()] must follow its entries.
    ///
    /// @return how many pairs of key and value follow, or -1 for nil, which has no end to announce
    /// @throws IOException if there is no map, a limit is exceeded, the input ends or reading fails
    public long readMapHeader() throws IOException {
        int b = source.read();
        long length = source.mapLength(b);
        return length < 0 ? length : enter(length);
    }

    /// Ends a list or map.
    public void endContainer() {
        if (account.shallower() == 0) {
            texts = null; // a stream may be idle for long
        }
    }

    /// Reads an untyped value.
    ///
    /// @return null, `Boolean`, `Long`, `BigInteger` from 2^63 on, `Double`, `String`, [Bytes] (binary or the content
    ///         of an extension), or an immutable `List` or `Map` of such
    /// @throws IOException if there is none, a limit is exceeded, the input ends or reading fails
    public @Nullable Object readAny() throws IOException {
        return Untyped.read(this, source, account);
    }

    /// Steps over one value of any type. Maps in it must have string keys.
    ///
    /// @throws IOException if there is none, `depth` or `total` is exceeded, the input ends or reading fails
    public void skipValue() throws IOException {
        Untyped.skip(source, account);
    }

    /// Starts a struct: the number of its fields, or the complement of that number for the array form. Nil has none.
    long readStructHeader() throws IOException {
        int b = source.read();
        if (b != Wire.NIL && !Wire.isArray(b) && !Wire.isMap(b)) {
            throw new DecodeException("codec.decoder: Only encoded map or array can be decoded into a struct. "
                    + "(valueType: " + Integer.toHexString(Wire.valueType(b)) + ")");
        }
        account.deeper();
        if (b == Wire.NIL) {
            return 0;
        }
        return Wire.isArray(b) ? ~source.arrayLength(b)
                : source.mapLength(b);
    }

    /// True, and steps over it, if a zero value comes next, field by field as everybody writes it.
    boolean takeIfZero(Zero<?> zero) {
        return !plain && account.allows(zero.levels()) && source.takeIf(zero.bytes());
    }

    /// Reads the name of a struct's `place`th field, unless the struct came as an array, and finds the field; -1 if
    /// there is none.
    int readField(Fields fields, long header, long place) throws IOException {
        if (header < 0) {
            return fields.at(place);
        } else if (place == 0 && fields.startsAt(source)) {
            return 0;
        }
        long length = Math.max(0, source.stringLength(source.read()));
        if (!source.fits(length)) {
            source.skip(length); // no field has a name that long
            return -1;
        }
        return fields.find(source.array(), source.take((int) length), (int) length);
    }

    /// True, and steps over it, if this name comes next: that of the field which follows in the order that everybody
    /// writes. `place` and `header` are those of this field; false if it does not exist or the struct is an array.
    boolean follows(Name name, long place, long header) {
        return place < header && source.takeIf(name);
    }

    /// Reads a value whose content stands in a byte string; nil is the zero value, and bytes behind the content are
    /// ignored. In the plain form the value is a map like any other.
    <T> T readWrapped(T zero, Item<T> content, Item<T> map) throws IOException {
        if (plain) {
            return map.read(this);
        } else if (tryNil()) {
            return zero;
        }
        MsgpackReader inner = new MsgpackReader(new Source(rawBytes(source.read())), standard, false);
        inner.account = account;
        try {
            return content.read(inner);
        } catch (EOFException e) {
            throw new DecodeException(String.valueOf(e.getMessage())); // the content ends too early, not the input
        }
    }

    /// Reads a byte that is no msgpack value, such as the type of a log entry.
    int readByte() throws IOException {
        return source.read();
    }

    /// Reads an untyped value and gives its bytes. For readers of bytes in memory only.
    byte[] readRaw() throws IOException {
        int from = (int) source.position();
        readAny(); // and not skipValue, which does not count elements
        return Arrays.copyOfRange(source.array(), from, (int) source.position());
    }

    /// Reads a list; nil is the nil list.
    <T> List<T> readList(Item<T> element) throws IOException {
        return Containers.list(this, readArrayHeader(), element);
    }

    /// Reads a map; nil is the nil map, and of equal keys the last wins.
    <T extends @Nullable Object> Map<String, T> readMap(Item<T> value) throws IOException {
        return readMap(MsgpackReader::readString, value);
    }

    <T extends @Nullable Object> Map<String, T> readMap(Item<String> text, Item<T> value) throws IOException {
        return Containers.map(this, readMapHeader(), text, value);
    }

    /// Counts elements of a list or map whose length is known; [#endContainer()] must follow.
    long enter(long length) throws DecodeException {
        account.deeper();
        account.count(length);
        if (length >= REPEATING && texts == null) {
            texts = new Texts();
        }
        return length;
    }
}
