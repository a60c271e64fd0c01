package dev.proconsul.rpc.server.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What is told of the routing table is the routing table.
class RoutesTest {
    private static final Path PAGE = Path.of("..", "docs", "routing.md");

    @Test
    @DisplayName("docs/routing.md shows what the commands print: put their output there when the table changes")
    void thePageIsUpToDate() throws IOException {
        var page = Files.readString(PAGE);
        assertTrue(page.contains("```mermaid\n" + Run.of("routes", "-format", "mermaid").out() + "```\n"),
                () -> "proconsul routes -format mermaid:\n" + Run.of("routes", "-format", "mermaid").out());
        assertTrue(page.contains("```\n" + Run.of("routes").out() + "```\n"),
                () -> "proconsul routes:\n" + Run.of("routes").out());
    }

    @Test
    @DisplayName("the diagram has an edge for every byte and every ALPN name, and a node for every row")
    void theDiagramIsWhole() {
        var lines = Run.of("routes", "-format", "mermaid").out().lines().map(String::strip).toList();
        for (var protocol : Protocol.values()) {
            var id = protocol.name().toLowerCase();
            assertEquals(1, lines.stream().filter(line -> line.startsWith(id + "[")).count(), id);
            protocol.typeByte().ifPresent(b -> assertTrue(lines.stream().anyMatch(line ->
                    line.matches("byte -- \"" + b + "(, not inside TLS)?\" --> " + id)), id));
            protocol.alpnName().ifPresent(name ->
                    assertTrue(lines.contains("alpn -- \"" + name + "\" --> " + id), id));
        }
    }

    @Test
    void theJsonIsForPrograms() throws UsageError {
        var rows = (List<?>) JsonText.parse("the table", Run.of("routes", "-format", "json").out());
        var first = (Map<?, ?>) rows.getFirst();
        assertEquals(0L, first.get("byte"));
        assertEquals("consul/rpc-single", first.get("alpn"));
        assertEquals(true, first.get("served"));
        assertEquals("unrecognized RPC byte: byte=2", ((Map<?, ?>) rows.get(2)).get("refusal"));
    }
}
