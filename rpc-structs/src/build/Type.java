/// A type of the schema, and how generated Java handles a value of it.
sealed interface Type permits Scalar, Type.Named, Type.Struct, Type.Element, Type.Pointer, Type.ListOf, Type.MapOf,
        Type.Entry {
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
        } else if (text.startsWith("{") && text.endsWith("}")) {
            int arrow = text.indexOf('→');
            return new MapOf(Key.of(text.substring(1, arrow)),
                    element(text.substring(arrow + 1, text.length() - 1), schema));
        } else if (text.startsWith("?")) {
            return new Pointer(parse(text.substring(1), schema));
        } else if (Scalar.BY_NAME.containsKey(text)) {
            return Scalar.BY_NAME.get(text);
        }
        if (text.equals("ConfigEntry")) {
            return new Entry();
        }
        return schema.named.containsKey(text) ? new Named(text) : new Struct(text);
    }

    private static Type element(String text, Schema schema) {
        return text.startsWith("*") ? new Element(text.substring(1)) : parse(text, schema);
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

    /// A config entry: a struct of the kind that was announced before.
    record Entry() implements Type {
        @Override
        public String java(boolean boxed) {
            return "ConfigEntry";
        }

        @Override
        public String zero() {
            throw new IllegalStateException("a ConfigEntry has no zero value; write ?ConfigEntry");
        }

        @Override
        public String read(String in) {
            return "ConfigEntryForms.decode(" + in + ")";
        }

        @Override
        public String write(String value, String out) {
            return "ConfigEntryForms.encode(" + value + ", " + out + ")";
        }

        @Override
        public String shape() {
            return "ConfigEntryForms.SHAPE";
        }

        @Override
        public String present(String value) {
            return "true";
        }
    }

    /// What the keys of a map are on the wire; in Java they are strings.
    enum Key {
        STR("", "", ""),
        NAME("Keys::readName, ", "Keys::writeName, ", "ServiceName.CODEC.shape()"),
        NUMBER("Keys::readNumber, ", "Keys::writeNumber, ", "Shape.Scalar.UINT64");

        private final String read;
        private final String write;
        private final String shape;

        Key(String read, String write, String shape) {
            this.read = read;
            this.write = write;
            this.shape = shape;
        }

        static Key of(String text) {
            return switch (text) {
                case "str" -> STR;
                case "ServiceName" -> NAME;
                case "uint64" -> NUMBER;
                default -> throw new IllegalStateException("no map with keys of type " + text);
            };
        }
    }

    /// A map; nil and empty differ.
    record MapOf(Key key, Type value) implements Type {
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
            return "%s.readMap(%s%s -> %s)".formatted(in, key.read, inner, value.read(inner));
        }

        @Override
        public String write(String expression, String out) {
            String o = out.equals("out") ? "o" : out + "o";
            String e = o.replace('o', 'e');
            return "%s.writeMap(%s, %s(%s, %s) -> %s)".formatted(out, expression, key.write, e, o, value.write(e, o));
        }

        @Override
        public String shape() {
            return key == Key.STR ? "new Shape.MapOf(" + value.shape() + ")"
                    : "new Shape.KeyedMap(" + key.shape + ", " + value.shape() + ")";
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
