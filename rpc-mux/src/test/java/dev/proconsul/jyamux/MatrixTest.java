package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The page `docs/mux-matrix.md` says which test covers which row, and cannot lie: it is compared with the tests' own
/// names here. `-Dmatrix.write=true` writes it anew.
class MatrixTest {
    private static final Path ROOT = root();
    private static final Path PAGE = ROOT.resolve("docs/mux-matrix.md");
    private static final String SERVER = "rpc-server/src/test/java/dev/proconsul/rpc/server/internal/";
    /// Directories, and files of tests whose own rows have numbers only.
    private static final List<String> SOURCES = List.of("rpc-mux/src/test/java", "rpc-bench/src/test/java",
            SERVER + "RoutingConformanceTest.java", SERVER + "TlsConformanceTest.java");
    private static final Map<Character, String> GROUPS = groups();
    private static final Pattern METHOD = Pattern.compile(
            "((?:@[\\w.]+(?:\\((?:[^()\"]|\"(?:[^\"\\\\]|\\\\.)*\")*\\))?\\s+)+)void (\\w+)\\(");
    private static final Pattern NAME = Pattern.compile("@DisplayName\\(\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern TEST = Pattern.compile("@\\w*Test\\b");
    private static final Pattern ROW = Pattern.compile("\\b[FODHSKTLCXP]\\d\\d\\b");

    /// @param gap why there is no test, or what it leaves out; empty if nothing
    private record Row(String id, String what, String gap) {}

    /// @param fault whether it shows a fault that is known, and is not run by default
    private record Found(String place, boolean fault) {}

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("rpc-mux")) ? here : Objects.requireNonNull(here.getParent());
    }

    private static Map<Character, String> groups() {
        Map<Character, String> groups = new LinkedHashMap<>();
        groups.put('F', "Frames and codec");
        groups.put('O', "Opening and accepting");
        groups.put('D', "Data and flow control");
        groups.put('H', "Half close and reset");
        groups.put('S', "Session life cycle");
        groups.put('K', "Pings and keep-alive");
        groups.put('T', "Deadlines, cancellation, threads");
        groups.put('L', "Limits and abuse");
        groups.put('C', "Concurrency");
        groups.put('X', "Other implementations");
        groups.put('P', "Speed and fairness");
        return groups;
    }

    private static List<Row> rows() throws IOException {
        try (var in = Objects.requireNonNull(MatrixTest.class.getResourceAsStream("matrix.txt"))) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\\|", -1))
                    .map(parts -> new Row(parts[0].strip(), parts[1].strip(), parts[2].strip()))
                    .toList();
        }
    }

    private static Map<String, List<Found>> tests() throws IOException {
        Map<String, List<Found>> tests = new TreeMap<>();
        for (String source : SOURCES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(source))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
                    collect(file, tests);
                }
            }
        }
        return tests;
    }

    private static void collect(Path file, Map<String, List<Found>> tests) throws IOException {
        String text = Files.readString(file);
        String name = String.valueOf(file.getFileName()).replace(".java", "");
        boolean classFault = text.substring(0, Math.max(0, text.indexOf("class "))).contains("@Tag(\"fault\")");
        for (Matcher method = METHOD.matcher(text); method.find(); ) {
            String annotations = method.group(1);
            Matcher title = NAME.matcher(annotations);
            boolean runs = TEST.matcher(annotations).find();
            if (!runs || annotations.contains("@Disabled") || !title.find()) {
                continue;
            }
            String head = title.group(1).split(":", 2)[0];
            boolean fault = classFault || annotations.contains("Tag(\"fault\")");
            for (Matcher row = ROW.matcher(head); row.find(); ) {
                tests.computeIfAbsent(row.group(), _ -> new ArrayList<>())
                        .add(new Found("`" + name + "." + method.group(2) + "`", fault));
            }
        }
    }

    @Test
    @DisplayName("Every row has a test, or a reason for having none; no test names a row that does not exist")
    void coversEveryRow() throws IOException {
        Map<String, List<Found>> tests = tests();
        List<String> uncovered = rows().stream()
                .filter(row -> !tests.containsKey(row.id()) && row.gap().isEmpty())
                .map(Row::id).toList();
        assertEquals(List.of(), uncovered, "rows without a test");
        List<String> unknown = new ArrayList<>(tests.keySet());
        rows().forEach(row -> unknown.remove(row.id()));
        assertEquals(List.of(), unknown, "rows that do not exist");
        assertTrue(rows().size() > 150);
    }

    @Test
    @DisplayName("docs/mux-matrix.md says what the tests say")
    void pageIsTrue() throws IOException {
        String page = page();
        if (Boolean.getBoolean("matrix.write")) {
            Files.writeString(PAGE, page);
        }
        assertEquals(page, Files.readString(PAGE), "run this test with -Dmatrix.write=true");
    }

    private static String page() throws IOException {
        Map<String, List<Found>> tests = tests();
        StringBuilder page = new StringBuilder("""
                # Test matrix of the multiplexer

                Which test covers which row of the matrix of yamux's known traps. Written by `MatrixTest`, which fails when a
                row has neither a test nor a reason, and when this page differs from what the tests say of themselves. Tests in
                *italics* show a fault that is known: they have the tag `fault`, and are not run by default. Those of group X
                are in `rpc-bench`, and run with the profile `interop`; those of L11 are in `rpc-server`.
                """);
        for (Map.Entry<Character, String> group : GROUPS.entrySet()) {
            page.append("\n## ").append(group.getKey()).append(": ").append(group.getValue())
                    .append("\n\n| row | what must hold | tests |\n|---|---|---|\n");
            for (Row row : rows()) {
                if (row.id().charAt(0) != group.getKey()) {
                    continue;
                }
                List<String> cells = new ArrayList<>();
                for (Found test : tests.getOrDefault(row.id(), List.of())) {
                    cells.add(test.fault() ? "*" + test.place() + "*" : test.place());
                }
                if (!row.gap().isEmpty()) {
                    cells.add((cells.isEmpty() ? "none: " : "not: ") + row.gap());
                }
                page.append("| ").append(row.id()).append(" | ").append(row.what()).append(" | ")
                        .append(String.join("; ", cells)).append(" |\n");
            }
        }
        return page.toString();
    }
}
