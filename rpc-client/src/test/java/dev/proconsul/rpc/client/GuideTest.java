package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Every Java snippet of `docs/client.md` stands, but for indentation, in a class whose name ends in `Snippets`.
class GuideTest {
    private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private static String plain(String code) {
        return code.lines().map(String::strip).filter(line -> !line.isEmpty()).reduce("", (all, line) -> all + "\n" + line);
    }

    @Test
    void everySnippetCompiles() throws IOException {
        var sources = new ArrayList<String>();
        try (var files = Files.list(Path.of("src/test/java/dev/proconsul/rpc/client"))) {
            for (var file : files.filter(path -> path.toString().endsWith("Snippets.java")).toList()) {
                sources.add(plain(Files.readString(file)));
            }
        }
        var snippets = SNIPPET.matcher(Files.readString(Path.of("../docs/client.md"))).results()
                .map(match -> plain(match.group(1))).toList();
        assertTrue(snippets.size() >= 8, "found " + snippets.size());
        for (var snippet : snippets) {
            assertTrue(sources.stream().anyMatch(source -> source.contains(snippet)), snippet);
        }
    }
}
