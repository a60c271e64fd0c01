import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Text of one Java file under construction.
final class Source {
    static final String PACKAGE = "dev.proconsul.rpc.structs";

    private static final int WIDTH = 120;
    private static final List<String> IMPORTS = List.of("java.io.IOException", "java.time.Duration", "java.util.List",
            "java.util.Map", "org.jspecify.annotations.Nullable");

    private final StringBuilder text = new StringBuilder();

    /// Appends a line, or an empty one.
    Source line(String line) {
        text.append(line.stripTrailing()).append('\n');
        return this;
    }

    /// Appends a doc comment, broken where the line gets too long.
    Source doc(String indent, String doc) {
        StringBuilder line = new StringBuilder(indent + "///");
        for (String word : doc.split(" ")) {
            if (line.length() + 1 + word.length() > WIDTH) {
                line(line.toString());
                line = new StringBuilder(indent + "///" + (doc.startsWith("@") ? "       " : ""));
            }
            line.append(' ').append(word);
        }
        return line(line.toString());
    }

    /// Appends `start a, b, c end`, broken where the line gets too long.
    Source list(String indent, String start, List<String> items, String end) {
        StringBuilder line = new StringBuilder(indent + start);
        for (int i = 0; i < items.size(); i++) {
            String item = items.get(i) + (i + 1 < items.size() ? "," : end);
            boolean first = i == 0 && (start.isEmpty() || " ({".indexOf(start.charAt(start.length() - 1)) >= 0);
            if (line.length() + 1 + item.length() > WIDTH && !first) {
                line(line.toString());
                line = new StringBuilder(indent + "       ");
                first = false;
            }
            line.append(first ? "" : " ").append(item);
        }
        return line(items.isEmpty() ? line + end : line.toString());
    }

    /// The whole file, with the imports that its text needs.
    String file() {
        Set<String> imports = new TreeSet<>();
        for (String candidate : IMPORTS) {
            String simple = candidate.substring(candidate.lastIndexOf('.') + 1);
            if (text.toString().matches("(?s).*\\b" + simple + "\\b.*")) {
                imports.add(candidate);
            }
        }
        StringBuilder file = new StringBuilder("package " + PACKAGE + ";\n\n");
        imports.forEach(name -> file.append("import ").append(name).append(";\n"));
        return file.append(imports.isEmpty() ? "" : "\n").append(text).toString();
    }
}
