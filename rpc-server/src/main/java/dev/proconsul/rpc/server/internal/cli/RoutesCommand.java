package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.api.Route;
import dev.proconsul.rpc.api.Route.Action;
import dev.proconsul.rpc.api.RoutingTable;
import dev.proconsul.rpc.server.internal.Routes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `proconsul routes`: the routing table of a development server, from the table itself.
final class RoutesCommand implements Command {
    private static final List<String> COLUMNS = List.of("byte", "ALPN name", "protocol", "reach", "callers", "action");

    private final CommandSpec spec = CommandSpec.create().name("routes");

    RoutesCommand() {
        Help.of(spec, "Show what may enter the server port, and where it goes.",
                "One row for each protocol, from the routing table of a development server.",
                "proconsul routes",
                "proconsul routes -format mermaid");
        Options.text(spec, "format", "FORMAT", "text (default), json or mermaid.");
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult args, Terminal terminal) throws UsageError {
        var table = Routes.ofDevelopmentServer();
        var format = Options.text(args, "format").orElse("text");
        var text = switch (format) {
            case "text" -> text(table);
            case "json" -> JsonText.print(json(table)) + "\n";
            case "mermaid" -> mermaid(table);
            default -> throw Options.expected("format", format, "text, json or mermaid");
        };
        terminal.out().print(text);
        return CommandLineTool.OK;
    }

    private static List<String> cells(Route route) {
        return List.of(
                route.protocol().typeByte().isPresent()
                        ? Integer.toString(route.protocol().typeByte().getAsInt()) : "-",
                route.protocol().alpnName().orElse("-"),
                words(route.protocol()),
                words(route.reach()),
                words(route.callers()),
                switch (route.action()) {
                    case Action.Serve(_) -> "serve";
                    case Action.Refuse(String reason, _) -> "refuse: " + reason;
                });
    }

    private static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String text(RoutingTable table) {
        var rows = new ArrayList<List<String>>();
        rows.add(COLUMNS);
        table.routes().forEach(route -> rows.add(cells(route)));
        var text = new StringBuilder();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream().mapToInt(other -> other.get(at).length()).max().orElse(0);
                line.append(row.get(column)).append(" ".repeat(width - row.get(column).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static List<Map<String, Object>> json(RoutingTable table) {
        var rows = new ArrayList<Map<String, Object>>();
        for (var route : table.routes()) {
            var row = new LinkedHashMap<String, Object>();
            var cells = cells(route);
            for (int column = 0; column < COLUMNS.size(); column++) {
                row.put(COLUMNS.get(column), cells.get(column));
            }
            rows.add(row);
        }
        return rows;
    }

    private static String mermaid(RoutingTable table) {
        var text = new StringBuilder("flowchart LR\n    port([server port])\n");
        for (var route : table.routes()) {
            var cells = cells(route);
            var id = route.protocol().name().toLowerCase(Locale.ROOT);
            var label = (cells.get(0).equals("-") ? "" : "byte " + cells.get(0) + " ")
                    + (cells.get(1).equals("-") ? "" : cells.get(1));
            text.append("    port -- \"").append(label.isBlank() ? "TLS record" : label.strip())
                    .append("\" --> ").append(id)
                    .append("[\"").append(cells.get(2)).append("<br/>").append(cells.get(5)).append("\"]\n");
        }
        return text.toString();
    }
}
