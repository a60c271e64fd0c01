import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A type of a single value.
enum Scalar implements Type {
    STR("str", "String", "String", "\"\"", "%s.readString()", "%s.writeString(%s)", "STRING", "!%s.isEmpty()"),
    BOOL("bool", "boolean", "Boolean", "false", "%s.readBoolean()", "%s.writeBoolean(%s)", "BOOL", "%s"),
    INT64("int64", "long", "Long", "0", "%s.readLong()", "%s.writeLong(%s)", "INT64", "%s != 0"),
    UINT64("uint64", "long", "Long", "0", "%s.readUnsigned()", "%s.writeUnsigned(%s)", "UINT64", "%s != 0"),
    UINT32("uint32", "long", "Long", "0", "%s.readUnsigned(32)", "%s.writeUnsigned(32, %s)", "UINT32", "%s != 0"),
    UINT8("uint8", "int", "Integer", "0", "(int) %s.readUnsigned(8)", "%s.writeUnsigned(8, %s)", "UINT8", "%s != 0"),
    FLOAT32("float32", "float", "Float", "0", "%s.readFloat()", "%s.writeFloat(%s)", "FLOAT32", "%s != 0"),
    FLOAT64("float64", "double", "Double", "0", "%s.readDouble()", "%s.writeDouble(%s)", "FLOAT64", "%s != 0"),
    BYTES("bytes", "Bytes", "Bytes", "Bytes.NIL", "%s.readBytes()", "%s.writeBytes(%s)", "BYTES", "!%s.isEmpty()"),
    DURATION("duration", "Duration", "Duration", "Duration.ZERO", "%s.readDuration()", "%s.writeDuration(%s)",
            "DURATION", "!%s.isZero()"),
    TIME("time", "WireTime", "WireTime", "WireTime.ZERO", "%s.readTime()", "%s.writeTime(%s)", "TIME", "true"),
    ANY("any", "@Nullable Object", "@Nullable Object", "null", "%s.readAny()", "%s.writeAny(%s)", "ANY",
            "%s != null");

    static final Map<String, Scalar> BY_NAME =
            Stream.of(values()).collect(Collectors.toMap(s -> s.name, Function.identity()));

    private final String name;
    private final String java;
    private final String boxed;
    private final String zero;
    private final String read;
    private final String write;
    private final String shape;
    private final String present;

    Scalar(String name, String java, String boxed, String zero, String read, String write, String shape,
            String present) {
        this.name = name;
        this.java = java;
        this.boxed = boxed;
        this.zero = zero;
        this.read = read;
        this.write = write;
        this.shape = shape;
        this.present = present;
    }

    @Override
    public String java(boolean asArgument) {
        return asArgument ? boxed : java;
    }

    @Override
    public String zero() {
        return zero;
    }

    @Override
    public String read(String in) {
        return read.formatted(in);
    }

    @Override
    public String write(String value, String out) {
        return write.formatted(out, value);
    }

    @Override
    public String shape() {
        return "Shape.Scalar." + shape;
    }

    @Override
    public String present(String value) {
        return present.formatted(value);
    }
}
