import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A type of the schema, and how generated Java handles a value of it.
sealed interface Type {
    /// The Java type; `boxed` as a type argument.
    String java(boolean boxed);

    /// An expression for Go's zero value.
    String zero();

    /// An expression that reads a value from the reader that the variable names.
    String read(String in);

    /// An expression that writes a value to the writer that the variable names.
    String write(String value, String out);

    /// An expression for the type's shape.
    String shape();

    /// A condition that holds unless Go's `omitempty` leaves the value out.
    String present(String value);

    /// An expression for an immutable copy; the value itself where that is immutable already.
    default String copy(String value) {
        return value;
    }

    /// True if values may be lists or maps of pointers to the struct.
    default boolean hasElement(String struct) {
        return false;
    }

    static Type parse(String text, Schema schema) {
        if (text.startsWith("[") && text.endsWith("]")) {
            return new ListOf(element(text.substring(1, text.length() - 1), schema));
        } else if (text.startsWith("{str→") && text.endsWith("}")) {
            return new MapOf(element(text.substring(5, text.length() - 1), schema));
        } else if (text.startsWith("?")) {
            return new Pointer(parse(text.substring(1), schema));
        } else if (Scalar.BY_NAME.containsKey(text)) {
            return Scalar.BY_NAME.get(text);
        }
        return schema.named.containsKey(text) ? new Named(text) : new Struct(text);
    }

    private static Type element(String text, Schema schema) {
        return text.startsWith("*") ? new Element(text.substring(1)) : parse(text, schema);
    }

    enum Scalar implements Type {
        STR("str", "String", "String", "\"\"", "%s.readString()", "%s.writeString(%s)", "STRING", "!%s.isEmpty()"),
        BOOL("bool", "boolean", "Boolean", "false", "%s.readBoolean()", "%s.writeBoolean(%s)", "BOOL", "%s"),
        INT64("int64", "long", "Long", "0", "%s.readLong()", "%s.writeLong(%s)", "INT64", "%s != 0"),
        UINT64("uint64", "long", "Long", "0", "%s.readUnsigned()", "%s.writeUnsigned(%s)", "UINT64", "%s != 0"),
        UINT32("uint32", "long", "Long", "0", "%s.readUnsigned(32)", "%s.writeUnsigned(%s)", "UINT32", "%s != 0"),
        UINT8("uint8", "int", "Integer", "0", "(int) %s.readUnsigned(8)", "%s.writeUnsigned(%s)", "UINT8", "%s != 0"),
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

    /// A string type with known values.
    record Named(String name) implements Type {
        @Override
        public String java(boolean boxed) {
            return name;
        }

        @Override
        public String zero() {
            return name + ".ZERO";
        }

        @Override
        public String read(String in) {
            return "new " + name + "(" + in + ".readString())";
        }

        @Override
        public String write(String value, String out) {
            return out + ".writeString(" + value + ".name())";
        }

        @Override
        public String shape() {
            return "Shape.Scalar.STRING";
        }

        @Override
        public String present(String value) {
            return "!" + value + ".name().isEmpty()";
        }
    }

    /// A struct as a value.
    record Struct(String name) implements Type {
        @Override
        public String java(boolean boxed) {
            return name;
        }

        @Override
        public String zero() {
            return name + ".ZERO";
        }

        @Override
        public String read(String in) {
            return name + ".CODEC.decode(" + in + ")";
        }

        @Override
        public String write(String value, String out) {
            return name + ".CODEC.encode(" + value + ", " + out + ")";
        }

        @Override
        public String shape() {
            return name + ".CODEC.shape()";
        }

        @Override
        public String present(String value) {
            return "true";
        }
    }

    /// A pointer to a struct in a list or map; a nil one is a distinguished instance.
    record Element(String name) implements Type {
        @Override
        public String java(boolean boxed) {
            return name;
        }

        @Override
        public String zero() {
            return name + ".NIL";
        }

        @Override
        public String read(String in) {
            return name + ".decodeElement(" + in + ")";
        }

        @Override
        public String write(String value, String out) {
            return name + ".encodeElement(" + value + ", " + out + ")";
        }

        @Override
        public String shape() {
            return "new Shape.Pointer(" + name + ".CODEC.shape())";
        }

        @Override
        public String present(String value) {
            return "!" + value + ".isNil()";
        }

        @Override
        public boolean hasElement(String struct) {
            return name.equals(struct);
        }
    }

    /// A pointer as a field.
    record Pointer(Type value) implements Type {
        @Override
        public String java(boolean boxed) {
            return "@Nullable " + value.java(true);
        }

        @Override
        public String zero() {
            return "null";
        }

        @Override
        public String read(String in) {
            return in + ".tryNil() ? null : " + value.read(in);
        }

        @Override
        public String write(String expression, String out) {
            return "%s.writeNullable(%s, (e, o) -> %s)".formatted(out, expression, value.write("e", "o"));
        }

        @Override
        public String shape() {
            return "new Shape.Pointer(" + value.shape() + ")";
        }

        @Override
        public String present(String expression) {
            return expression + " != null";
        }
    }

    /// A list; nil and empty differ.
    record ListOf(Type element) implements Type {
        @Override
        public String java(boolean boxed) {
            return "List<" + element.java(true) + ">";
        }

        @Override
        public String zero() {
            return "Nil.list()";
        }

        @Override
        public String read(String in) {
            String inner = in.equals("in") ? "i" : in + "i";
            return "%s.readList(%s -> %s)".formatted(in, inner, element.read(inner));
        }

        @Override
        public String write(String value, String out) {
            String o = out.equals("out") ? "o" : out + "o";
            String e = o.replace('o', 'e');
            return "%s.writeList(%s, (%s, %s) -> %s)".formatted(out, value, e, o, element.write(e, o));
        }

        @Override
        public String shape() {
            return "new Shape.ListOf(" + element.shape() + ")";
        }

        @Override
        public String present(String value) {
            return "!" + value + ".isEmpty()";
        }

        @Override
        public String copy(String value) {
            String inner = element.copy("e");
            return "Nil.copyOf(" + value + (inner.equals("e") ? ")" : ", e -> " + inner + ")");
        }

        @Override
        public boolean hasElement(String struct) {
            return element.hasElement(struct);
        }
    }

    /// A map with string keys; nil and empty differ.
    record MapOf(Type value) implements Type {
        @Override
        public String java(boolean boxed) {
            return "Map<String, " + value.java(true) + ">";
        }

        @Override
        public String zero() {
            return "Nil.map()";
        }

        @Override
        public String read(String in) {
            String inner = in.equals("in") ? "i" : in + "i";
            return "%s.readMap(%s -> %s)".formatted(in, inner, value.read(inner));
        }

        @Override
        public String write(String expression, String out) {
            String o = out.equals("out") ? "o" : out + "o";
            String e = o.replace('o', 'e');
            return "%s.writeMap(%s, (%s, %s) -> %s)".formatted(out, expression, e, o, value.write(e, o));
        }

        @Override
        public String shape() {
            return "new Shape.MapOf(" + value.shape() + ")";
        }

        @Override
        public String present(String expression) {
            return "!" + expression + ".isEmpty()";
        }

        @Override
        public String copy(String expression) {
            String inner = value.copy("e");
            return "Nil.copyOf(" + expression + (inner.equals("e") ? ")" : ", e -> " + inner + ")");
        }

        @Override
        public boolean hasElement(String struct) {
            return value.hasElement(struct);
        }
    }
}
