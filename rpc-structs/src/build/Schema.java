import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the schema files say. Their syntax is described in docs/adding-a-message.md.
final class Schema {
    final Map<String, Struct> structs = new LinkedHashMap<>();
    final Map<String, Named> named = new LinkedHashMap<>();
    final List<Service> services = new ArrayList<>();

    record Struct(String name, Marks marks, String doc, List<Field> fields, List<String> order,
            List<String> aliases) {
        /// The fields in the order of the record's components.
        List<Field> components() {
            return order.isEmpty() ? fields : order.stream()
                    .map(name -> fields.stream().filter(f -> f.name.equals(name)).findFirst().orElseThrow()).toList();
        }
    }

    /// What stands behind a struct's name. `kind`: it is the config entry of that kind. `form`: the class that writes
    /// its content into a byte string; empty for a struct that is no byte string.
    record Marks(String kind, String form) {
        boolean wrapped() {
            return !form.isEmpty();
        }
    }

    record Field(String name, Type type, boolean embedded, boolean omitEmpty, String since, String component,
            String doc) {}

    record Named(String name, String doc, List<Constant> constants) {}

    record Constant(String name, String value, String doc) {}

    record Service(String name, String holder, String doc, List<Method> methods) {}

    record Method(String name, Type request, Type reply, Set<String> marks, String doc) {}

    /// A field as it stands on the wire: with the embedded structs that lead to it.
    record Leaf(List<Field> path, Field field) {
        String name() {
            return field.name;
        }
    }

    static Schema read(List<Path> files) throws IOException {
        Schema schema = new Schema();
        for (Path file : files) {
            schema.collectNamed(file);
        }
        for (Path file : files) {
            new Parser(schema, file).parse();
        }
        return schema;
    }

    /// Types are told apart as they are read, so the names of strings must be known before.
    private void collectNamed(Path file) throws IOException {
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("string ")) {
                String name = line.split("[\\s|]+")[1];
                named.put(name, new Named(name, "", List.of()));
            }
        }
    }

    /// All fields on the wire in declaration order. Of two with the same name the first wins, as in Go.
    List<Leaf> leaves(Struct struct) {
        List<Leaf> leaves = new ArrayList<>();
        collect(struct, List.of(), new HashSet<>(), leaves);
        return leaves;
    }

    private void collect(Struct struct, List<Field> path, Set<String> seen, List<Leaf> leaves) {
        for (Field field : struct.fields) {
            if (field.embedded) {
                List<Field> longer = new ArrayList<>(path);
                longer.add(field);
                collect(struct(field.name), longer, seen, leaves);
            } else if (seen.add(field.name)) {
                leaves.add(new Leaf(path, field));
            }
        }
    }

    /// The structs that are config entries.
    List<Struct> entries() {
        return structs.values().stream().filter(s -> !s.marks.kind.isEmpty()).toList();
    }

    Struct struct(String name) {
        return Optional.ofNullable(structs.get(name))
                .orElseThrow(() -> new IllegalStateException("no struct " + name + " in the schema"));
    }

    /// True if a list or map somewhere holds pointers to the struct, so that it needs a nil instance.
    boolean isElement(String struct) {
        return structs.values().stream().flatMap(s -> s.fields.stream()).anyMatch(f -> f.type.hasElement(struct));
    }

    /// True if the struct is a field of another one, as a value: it is then written even if it is zero.
    boolean isPart(String struct) {
        return structs.values().stream().flatMap(s -> s.components().stream())
                .anyMatch(f -> !f.embedded() && f.type().equals(new Type.Struct(struct)));
    }

    /// How deep the zero value of a struct nests.
    int levels(Struct struct) {
        return 1 + leaves(struct).stream().map(leaf -> leaf.field().type())
                .mapToInt(type -> type instanceof Type.Struct(String part) ? levels(struct(part)) : 0).max().orElse(0);
    }

    /// Reads one file, line by line.
    private static final class Parser {
        private final Schema schema;
        private final Path file;
        private int number;
        private Line head = new Line(List.of(), "");
        private final List<Line> body = new ArrayList<>();

        record Line(List<String> words, String doc) {
            Line withMore(String more) {
                return new Line(words, (doc + " " + more).strip());
            }
        }

        Parser(Schema schema, Path file) {
            this.schema = schema;
            this.file = file;
        }

        void parse() throws IOException {
            for (String line : Files.readAllLines(file)) {
                number++;
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                } else if (line.strip().startsWith("|")) {
                    continueDoc(line.strip().substring(1).strip());
                    continue;
                }
                int bar = line.indexOf('|');
                String code = bar < 0 ? line : line.substring(0, bar);
                String doc = bar < 0 ? "" : line.substring(bar + 1).strip();
                Line parsed = new Line(List.of(code.strip().split("\\s+")), doc);
                if (Character.isWhitespace(line.charAt(0))) {
                    body.add(parsed);
                } else {
                    finish();
                    head = parsed;
                    if (!List.of("struct", "string", "service").contains(parsed.words.getFirst())) {
                        throw bad("expected struct, string or service");
                    }
                }
            }
            finish();
        }

        private void continueDoc(String doc) {
            if (body.isEmpty()) {
                head = head.withMore(doc);
            } else {
                body.set(body.size() - 1, body.getLast().withMore(doc));
            }
        }

        private void finish() {
            if (head.words.isEmpty()) {
                return;
            }
            String name = head.words.get(1);
            switch (head.words.getFirst()) {
                case "struct" -> schema.structs.put(name, struct(name, marks(name)));
                case "string" -> schema.named.put(name, new Named(name, head.doc, body.stream()
                        .map(l -> new Constant(l.words.get(0), l.words.get(1), l.doc)).toList()));
                default -> schema.services.add(new Service(name, head.words.size() > 3 ? head.words.get(3) : name,
                        head.doc, body.stream().map(this::method).toList()));
            }
            body.clear();
        }

        private Marks marks(String name) {
            String kind = "";
            String form = "";
            for (String mark : head.words.subList(2, head.words.size())) {
                if (mark.startsWith("kind=")) {
                    kind = mark.substring(5);
                } else if (mark.startsWith("form=")) {
                    form = mark.substring(5);
                } else if (mark.equals("wrapped")) {
                    form = name;
                } else {
                    throw bad("unknown mark " + mark);
                }
            }
            return new Marks(kind, form);
        }

        private Struct struct(String name, Marks marks) {
            List<Field> fields = new ArrayList<>();
            List<String> order = List.of();
            List<String> aliases = List.of();
            for (Line line : body) {
                String first = line.words.getFirst();
                List<String> rest = line.words.subList(1, line.words.size());
                if (first.equals("order")) {
                    order = rest;
                } else if (first.equals("also")) {
                    aliases = rest;
                } else if (first.startsWith("+")) {
                    String embedded = first.substring(1);
                    fields.add(new Field(embedded, new Type.Struct(embedded), true, false, "",
                            Names.component(embedded), line.doc));
                } else {
                    fields.add(field(line));
                }
            }
            return new Struct(name, marks, head.doc, List.copyOf(fields), order, aliases);
        }

        private Field field(Line line) {
            String name = line.words.getFirst();
            boolean omitEmpty = false;
            String since = "";
            String component = Names.component(name);
            for (String mark : line.words.subList(2, line.words.size())) {
                if (mark.equals("omitempty")) {
                    omitEmpty = true;
                } else if (mark.startsWith("since=")) {
                    since = mark.substring(6);
                } else if (mark.startsWith("java=")) {
                    component = mark.substring(5);
                } else {
                    throw bad("unknown mark " + mark);
                }
            }
            return new Field(name, Type.parse(line.words.get(1), schema), false, omitEmpty, since, component, line.doc);
        }

        private Method method(Line line) {
            List<String> words = line.words;
            if (words.size() < 5 || !words.get(2).equals("→")) {
                throw bad("expected: Name Request → Reply marks | doc");
            }
            return new Method(words.get(0), Type.parse(words.get(1), schema), Type.parse(words.get(3), schema),
                    Set.copyOf(words.subList(4, words.size())), line.doc);
        }

        private IllegalStateException bad(String message) {
            return new IllegalStateException(file + ":" + number + " or the paragraph before: " + message);
        }
    }
}
