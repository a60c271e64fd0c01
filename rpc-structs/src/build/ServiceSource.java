import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Writes everything that is no struct: named strings, services, and the index of all.
final class ServiceSource {
    private static final Set<String> MARKS = Set.of("read", "write", "blocking", "exempt", "rate=read", "rate=write",
            "nil");

    private ServiceSource() {}

    static String named(Schema.Named named) {
        Source source = new Source();
        source.doc("", named.doc()).line("///");
        source.doc("", "An open set: peers of other versions may send other names.").line("///");
        source.doc("", "@param name the name on the wire");
        source.line("public record " + named.name() + "(String name) {");
        source.doc("    ", "No name.");
        source.line("    public static final " + named.name() + " ZERO = new " + named.name() + "(\"\");");
        for (Schema.Constant constant : named.constants()) {
            source.line("").doc("    ", constant.doc());
            source.line("    public static final " + named.name() + " " + constant.name() + " = new " + named.name()
                    + "(" + constant.value() + ");");
        }
        source.line("").doc("    ", "{@return the name}");
        source.line("    @Override").line("    public String toString() {").line("        return name;").line("    }");
        return source.line("}").file();
    }

    static String service(Schema.Service service) {
        Source source = new Source();
        source.doc("", service.doc());
        source.line("public final class " + service.holder() + " {");
        for (Schema.Method method : service.methods()) {
            source.doc("    ", method.doc());
            source.line("    public static final Method<" + method.request().java(true) + ", "
                    + method.reply().java(true) + "> " + Names.constant(method.name()) + " =");
            source.list("            ", "new Method<>(", List.of('"' + service.name() + "." + method.name() + '"',
                    codec(method.request()), reply(method), "Method.Access." + access(method),
                    "" + method.marks().contains("blocking"), "Method.RateClass." + rate(method),
                    '"' + method.doc() + '"'), ");");
            source.line("");
        }
        source.line("    private " + service.holder() + "() {}");
        return source.line("}").file();
    }

    private static String access(Schema.Method method) {
        if (!MARKS.containsAll(method.marks())) {
            throw new IllegalStateException(method.name() + ": marks " + method.marks() + ", known are " + MARKS);
        }
        return method.marks().contains("write") ? "WRITE" : "READ";
    }

    private static String rate(Schema.Method method) {
        if (method.marks().contains("exempt")) {
            return "EXEMPT";
        } else if (method.marks().contains("rate=read")) {
            return "READ";
        }
        return method.marks().contains("rate=write") ? "WRITE" : access(method);
    }

    private static String reply(Schema.Method method) {
        return method.marks().contains("nil") ? "Codecs.NIL" : codec(method.reply());
    }

    private static String codec(Type type) {
        return switch (type) {
            case Scalar scalar when scalar == Scalar.STR -> "Codecs.STRING";
            case Scalar scalar when scalar == Scalar.BOOL -> "Codecs.BOOL";
            case Scalar scalar when scalar == Scalar.BYTES -> "Codecs.BYTES";
            case Type.ListOf(Type element) when element == Scalar.STR -> "Codecs.STRINGS";
            case Type.ListOf(Type element) -> "Codecs.listOf(" + codec(element) + ")";
            case Type.Struct struct -> struct.name() + ".CODEC";
            default -> throw new IllegalStateException("no codec for a whole " + type);
        };
    }

    static String entries(Schema schema) {
        Source source = new Source();
        source.doc("", "Something set for a part of the mesh, kept by the servers under its kind and name.");
        source.list("", "public sealed interface ConfigEntry permits", Stream.concat(schema.entries().stream()
                .map(Schema.Struct::name), Stream.of("UnknownConfigEntry")).toList(), " {");
        source.doc("    ", "{@return the kind that is announced before the entry, whatever its field `Kind` says}");
        source.line("    String kindName();").line("");
        source.doc("    ", "{@return the name within the kind}").line("    String name();");
        return source.line("}").file();
    }

    static String catalogue(Schema schema) {
        Source source = new Source();
        source.doc("", "What the schema declares.");
        source.line("final class Catalogue {");
        List<String> methods = schema.services.stream()
                .flatMap(s -> s.methods().stream().map(m -> s.holder() + "." + Names.constant(m.name()))).toList();
        source.list("    ", "static final List<Method<?, ?>> METHODS = List.of(", methods, ");");
        source.line("");
        source.list("    ", "static final List<Codec<?>> STRUCTS = List.of(",
                schema.structs.keySet().stream().map(name -> name + ".CODEC").toList(), ");");
        source.line("");
        source.line("    static final Map<String, Codec<? extends ConfigEntry>> ENTRIES = Map.ofEntries(");
        source.list("            ", "", schema.entries().stream()
                .map(s -> "Map.entry(\"" + s.marks().kind() + "\", " + s.name() + ".CODEC)").toList(), ");");
        source.line("").line("    private Catalogue() {}");
        return source.line("}").file();
    }
}
