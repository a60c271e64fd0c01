import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Writes the record of one struct, with its codec.
final class RecordSource {
    /// Local variables of the decoder that a field's variable must not hide.
    private static final Set<String> LOCALS = Set.of("in", "start", "count", "place");

    /// Constants of the codec and of the record that a field's name must not hide.
    private static final Set<String> CONSTANTS = Set.of("FIELDS", "SHAPE", "WHOLE", "ZERO", "NIL", "CODEC");

    private final Schema schema;
    private final Schema.Struct struct;
    private final List<Schema.Field> components;
    private final List<Schema.Leaf> declared;
    private final List<Schema.Leaf> sorted;
    private final boolean part;
    private final Source source = new Source();

    RecordSource(Schema schema, Schema.Struct struct) {
        this.schema = schema;
        this.struct = struct;
        this.components = struct.components();
        this.declared = schema.leaves(struct);
        this.part = schema.isPart(struct.name()) && !struct.marks().wrapped();
        this.sorted = declared.stream().sorted(Comparator.comparing(Schema.Leaf::name)).toList();
    }

    String file() {
        source.doc("", struct.doc());
        if (!components.isEmpty()) {
            source.line("///");
            components.forEach(c -> source.doc("", "@param " + c.component() + " " + c.doc()));
        }
        List<String> parameters = components.stream().map(c -> c.type().java(false) + " " + c.component()).toList();
        source.list("", "public record " + struct.name() + "(", parameters, ")" + interfaces() + " {");
        constants();
        constructor();
        components.forEach(this::wither);
        deepAccessors();
        entry();
        elements();
        codec();
        return source.line("}").file();
    }

    private boolean embeds(String name) {
        return components.stream().anyMatch(c -> c.embedded() && c.name().equals(name));
    }

    private List<Schema.Field> pathTo(String leaf) {
        return declared.stream().filter(l -> l.name().equals(leaf)).findFirst().map(Schema.Leaf::path).orElse(null);
    }

    private boolean reads() {
        List<Schema.Field> path = pathTo("MinQueryIndex");
        return path != null && !path.isEmpty() && pathTo("Datacenter") != null;
    }

    private String interfaces() {
        List<String> interfaces = new ArrayList<>();
        if (reads()) {
            interfaces.add("ReadRequest");
        }
        if (embeds("WriteRequest") && pathTo("Datacenter") != null) {
            interfaces.add("WritingRequest");
        }
        if (embeds("QueryMeta")) {
            interfaces.add("QueryReply<" + struct.name() + ">");
        }
        if (!struct.marks().kind().isEmpty()) {
            interfaces.add("ConfigEntry");
        }
        return interfaces.isEmpty() ? "" : " implements " + String.join(", ", interfaces);
    }

    private void constants() {
        String name = struct.name();
        source.doc("    ", "Every component at Go's zero value.");
        source.list("    ", "public static final " + name + " ZERO = new " + name + "(", zeros(), ");").line("");
        for (String alias : struct.aliases()) {
            source.doc("    ", "The same as [#ZERO].");
            source.line("    public static final " + name + " " + alias + " = ZERO;").line("");
        }
        source.doc("    ", "Reads and writes this struct.");
        source.line("    public static final Codec<" + name + "> CODEC = new StructCodec();");
    }

    private List<String> zeros() {
        return components.stream().map(c -> c.type().zero()).toList();
    }

    private void constructor() {
        List<Schema.Field> copied =
                components.stream().filter(c -> !c.type().copy("x").equals("x")).toList();
        if (copied.isEmpty()) {
            return;
        }
        source.line("").doc("    ", "Copies the lists and maps.");
        source.line("    public " + struct.name() + " {");
        copied.forEach(c -> source.line("        " + c.component() + " = " + c.type().copy(c.component()) + ";"));
        source.line("    }");
    }

    private void wither(Schema.Field component) {
        String name = component.component();
        source.line("").doc("    ", "{@return this with another value of `" + name + "`}");
        source.line("    ///").doc("    ", "@param " + name + " " + component.doc());
        if (component.name().equals("QueryMeta") && component.embedded()) {
            source.line("    @Override");
        }
        source.line("    public " + struct.name() + " with" + Names.capitalized(name) + "("
                + component.type().java(false) + " " + name + ") {");
        source.list("        ", "return new " + struct.name() + "(",
                components.stream().map(Schema.Field::component).toList(), ");");
        source.line("    }");
    }

    /// What [ReadRequest] asks for may sit in a struct within an embedded struct.
    private void deepAccessors() {
        if (!reads()) {
            return;
        }
        List<Schema.Field> options = pathTo("MinQueryIndex");
        if (options.size() > 1) {
            deepAccessor("QueryOptions queryOptions", options.subList(0, options.size() - 1), "queryOptions");
            deepWither(options.subList(0, options.size() - 1));
        }
        if (!pathTo("Datacenter").isEmpty()) {
            deepAccessor("String datacenter", pathTo("Datacenter"), "datacenter");
        }
    }

    private void deepAccessor(String signature, List<Schema.Field> path, String accessor) {
        source.line("").line("    @Override").line("    public " + signature + "() {");
        source.line("        return " + path.stream().map(f -> f.component() + "().").collect(Collectors.joining())
                + accessor + "();").line("    }");
    }

    private void deepWither(List<Schema.Field> path) {
        var to = new StringBuilder();
        var value = new StringBuilder();
        for (Schema.Field field : path) {
            var name = field.component();
            value.append("with").append(name.substring(0, 1).toUpperCase(Locale.ROOT)).append(name.substring(1))
                    .append('(');
            to.append(name).append("().");
            value.append(to);
        }
        source.line("").line("    @Override");
        source.line("    public " + struct.name() + " withQueryOptions(QueryOptions queryOptions) {");
        source.line("        return " + value + "withQueryOptions(queryOptions)" + ")".repeat(path.size()) + ";");
        source.line("    }");
    }

    private void entry() {
        if (struct.marks().kind().isEmpty()) {
            return;
        }
        constant("kindName");
        if (pathTo("Name") == null) {
            constant("name");
        }
    }

    private void constant(String accessor) {
        source.line("").line("    @Override").line("    public String " + accessor + "() {");
        source.line("        return \"" + struct.marks().kind() + "\";").line("    }");
    }

    private void elements() {
        if (!schema.isElement(struct.name())) {
            return;
        }
        String name = struct.name();
        source.line("").doc("    ", "A nil pointer in a list or map: equal to [#ZERO], but written as nil.");
        source.list("    ", "public static final " + name + " NIL = new " + name + "(", zeros(), ");").line("");
        source.doc("    ", "{@return true for [#NIL] alone}");
        source.line("    public boolean isNil() {").line("        return this == NIL;").line("    }").line("");
        source.line("    static void encodeElement(" + name + " value, MsgpackWriter out) {");
        source.line("        if (value.isNil()) {").line("            out.writeNil();").line("        } else {");
        source.line("            CODEC.encode(value, out);").line("        }").line("    }").line("");
        source.line("    static " + name + " decodeElement(MsgpackReader in) throws IOException {");
        source.line("        return in.tryNil() ? NIL : CODEC.decode(in);").line("    }");
    }

    private void codec() {
        source.line("").line("    private static final class StructCodec implements Codec<" + struct.name() + "> {");
        sorted.forEach(l -> source.line("        private static final Name " + name(l) + " = Name.of(\""
                + l.name() + "\");"));
        source.list("        ", "private static final Fields FIELDS = new Fields(new Name[] {",
                sorted.stream().map(RecordSource::name).toList(), sorted.isEmpty() ? "});" : "},");
        if (!sorted.isEmpty()) {
            source.list("                ", "", declared.stream().map(l -> "" + sorted.indexOf(l)).toList(), ");");
        }
        if (part) {
            source.line("        private static final Zero<" + struct.name() + "> WHOLE = Zero.of(ZERO, "
                    + schema.levels(struct) + ", StructCodec::encodeMap);");
        }
        shape();
        if (part) {
            part();
        } else if (struct.marks().wrapped()) {
            wrapping();
        }
        encoder();
        decoder();
        source.line("    }");
        if (struct.marks().wrapped()) {
            content();
        }
    }

    private void shape() {
        source.line("        private static final Shape.Struct SHAPE =");
        source.line("                new Shape.Struct(\"" + struct.name() + "\", "
                + struct.marks().wrapped() + ", () -> List.of(");
        for (int i = 0; i < declared.size(); i++) {
            Schema.Field field = declared.get(i).field();
            List<String> start = List.of('"' + field.name() + '"', field.type().shape(), "" + field.omitEmpty(),
                    '"' + field.since() + '"');
            String doc = field.doc().replace("\\", "\\\\").replace("\"", "\\\"");
            source.list("                ", "new Shape.Field(", start, ",");
            source.line("                        \"" + doc + "\")" + (i + 1 < declared.size() ? "," : "));"));
        }
        if (declared.isEmpty()) {
            source.line("                ));");
        }
        source.line("").line("        @Override").line("        public Shape shape() {");
        source.line("            return SHAPE;").line("        }");
    }

    /// Most structs within others are zero, and written and recognised as a whole.
    private void part() {
        String name = struct.name();
        source.line("").line("        @Override");
        source.line("        public void encode(" + name + " value, MsgpackWriter out) {");
        source.line("            if (!out.writeIfZero(value, WHOLE)) {");
        source.line("                encodeMap(value, out);").line("            }");
        source.line("        }").line("").line("        @Override");
        source.line("        public " + name + " decode(MsgpackReader in) throws IOException {");
        source.line("            return in.takeIfZero(WHOLE) ? ZERO : decodeMap(in);");
        source.line("        }");
    }

    private void wrapping() {
        String name = struct.name();
        String form = struct.marks().form();
        source.line("").line("        @Override");
        source.line("        public void encode(" + name + " value, MsgpackWriter out) {");
        source.line("            out.writeWrapped(value, " + form + "::encodeContent, StructCodec::encodeMap);");
        source.line("        }").line("").line("        @Override");
        source.line("        public " + name + " decode(MsgpackReader in) throws IOException {");
        source.line("            return in.readWrapped(ZERO, " + form + "::decodeContent, StructCodec::decodeMap);");
        source.line("        }");
    }

    /// What stands in the byte string, for the form or as the form.
    private void content() {
        String name = struct.name();
        boolean own = struct.marks().form().equals(name);
        source.line("").line("    static void encode" + (own ? "Content(" : "Map(") + name
                + " value, MsgpackWriter out) {");
        source.line("        StructCodec.encodeMap(value, out);").line("    }").line("");
        source.line("    static " + name + " decode" + (own ? "Content" : "Map")
                + "(MsgpackReader in) throws IOException {");
        source.line("        return StructCodec.decodeMap(in);").line("    }");
    }

    /// The head of the method that writes or reads the map: the codec's own, or a helper of that.
    private void method(String result, String name, String parameters) {
        if (part || struct.marks().wrapped()) {
            source.line("        private static " + result + " " + name + "Map(" + parameters + " {");
        } else {
            source.line("        @Override").line("        public " + result + " " + name + "(" + parameters + " {");
        }
    }

    private void encoder() {
        source.line("");
        method("void", "encode", struct.name() + " value, MsgpackWriter out)");
        List<Schema.Leaf> optional = sorted.stream().filter(l -> l.field().omitEmpty()).toList();
        String count = "" + (sorted.size() - optional.size()) + optional.stream()
                .map(l -> " + (" + l.field().type().present(access(l)) + " ? 1 : 0)").collect(Collectors.joining());
        source.line("            out.writeMapHeader(" + count + ");");
        for (Schema.Leaf leaf : sorted) {
            String indent = "            ";
            if (leaf.field().omitEmpty()) {
                source.line(indent + "if (" + leaf.field().type().present(access(leaf)) + ") {");
                indent += "    ";
            }
            source.line(indent + "out.writeName(" + name(leaf) + ");");
            source.line(indent + leaf.field().type().write(access(leaf), "out") + ";");
            if (leaf.field().omitEmpty()) {
                source.line("            }");
            }
        }
        source.line("        }");
    }

    private static String access(Schema.Leaf leaf) {
        return "value." + leaf.path().stream().map(f -> f.component() + "().").collect(Collectors.joining())
                + leaf.field().component() + "()";
    }

    private void decoder() {
        String name = struct.name();
        source.line("");
        source.line("        // Fields in wire order fall through from one to the next; any other order goes round the loop.");
        source.line("        @SuppressWarnings(\"fallthrough\")");
        method(name, "decode", "MsgpackReader in) throws IOException");
        source.line("            long start = in.readStructHeader();");
        source.line("            long count = Fields.count(start);");
        for (Schema.Leaf leaf : declared) {
            Type type = leaf.field().type();
            source.line("            " + type.java(false) + " " + variable(leaf) + " = " + type.zero() + ";");
        }
        source.line("            long place = 0;");
        source.line("            while (place < count) {");
        source.line("                switch (in.readField(FIELDS, start, place++)) {");
        for (int i = 0; i < sorted.size(); i++) {
            cases(i);
        }
        source.line("                    default:").line("                        in.skipValue();");
        source.line("                }").line("            }").line("            in.endContainer();");
        source.list("            ", "return ", construct(struct, List.of()), ";").line("        }");
    }

    /// Reads a field, and goes on with the next one in wire order if that is what follows.
    private void cases(int i) {
        Schema.Leaf leaf = sorted.get(i);
        String indent = "                        ";
        source.line("                    case " + i + ":");
        source.line(indent + variable(leaf) + " = " + leaf.field().type().read("in") + ";");
        if (i + 1 < sorted.size()) {
            source.line(indent + "if (!in.follows(" + name(sorted.get(i + 1)) + ", place, start)) {");
            source.line(indent + "    break;").line(indent + "}").line(indent + "place++;");
        } else {
            source.line(indent + "break;");
        }
    }

    /// The pieces of a constructor call, which the caller may break between.
    private List<String> construct(Schema.Struct struct, List<Schema.Field> path) {
        List<String> arguments = new ArrayList<>();
        for (Schema.Field component : struct.components()) {
            if (component.embedded()) {
                List<Schema.Field> longer = new ArrayList<>(path);
                longer.add(component);
                arguments.addAll(construct(schema.struct(component.name()), longer));
            } else {
                Schema.Leaf leaf = new Schema.Leaf(path, component);
                arguments.add(declared.contains(leaf) ? variable(leaf) : component.type().zero());
            }
        }
        if (arguments.isEmpty()) {
            return List.of("new " + struct.name() + "()");
        }
        arguments.set(0, "new " + struct.name() + "(" + arguments.getFirst());
        arguments.set(arguments.size() - 1, arguments.getLast() + ")");
        return arguments;
    }

    /// The constant with the name of a field.
    private static String name(Schema.Leaf leaf) {
        String name = Names.constant(leaf.name());
        return CONSTANTS.contains(name) ? name + "_NAME" : name;
    }

    private static String variable(Schema.Leaf leaf) {
        String name = leaf.field().component();
        return LOCALS.contains(name) ? name + "Read" : name;
    }
}
