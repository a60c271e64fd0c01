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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `proconsul routes`: the routing table, from the table itself.
final class RoutesCommand implements Command {
    private static final List<String> COLUMNS = List.of("byte", "ALPN name", "protocol", "reach", "callers", "action");

    private final CommandSpec spec = CommandSpec.create().name("routes");

    RoutesCommand() {
        Help.of(spec, "Show what may enter the server port, and where it goes.",
                "One row for each protocol, from the routing table itself, as a server has it for which nobody has "
                        + "registered further handlers. 'refuse' rows close what enters, with the reason in the log.",
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
        var table = Routes.toShow();
        var format = Options.text(args, "format").orElse("text");
        var text = switch (format) {
            case "text" -> text(table);
            case "json" -> JsonText.print(json(table)) + "\n";
            case "mermaid" -> RoutesDiagram.of(table);
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

    static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String text(RoutingTable table) {
        var rows = new ArrayList<List<String>>();
        rows.add(COLUMNS);
        table.routes().forEach(route -> rows.add(cells(route)));
        return Columns.text(rows);
    }

    private static List<Map<String, @Nullable Object>> json(RoutingTable table) {
        var rows = new ArrayList<Map<String, @Nullable Object>>();
        for (var route : table.routes()) {
            var row = new LinkedHashMap<String, @Nullable Object>();
            var typeByte = route.protocol().typeByte();
            row.put("byte", typeByte.isPresent() ? typeByte.getAsInt() : null);
            row.put("alpn", route.protocol().alpnName().orElse(null));
            row.put("protocol", words(route.protocol()));
            row.put("reach", words(route.reach()));
            row.put("callers", words(route.callers()));
            row.put("served", route.serves());
            row.put("refusal", route.action() instanceof Action.Refuse(String reason, _) ? reason : null);
            rows.add(row);
        }
        return rows;
    }
}
