package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.Route;
import dev.proconsul.rpc.api.Route.Callers;
import dev.proconsul.rpc.api.Route.Reach;
import dev.proconsul.rpc.api.RoutingTable;
import java.util.Locale;

/// The routing table as a Mermaid flow chart: both ways in, and the row that each leads to. `docs/routing.md` shows it.
final class RoutesDiagram {
    private RoutesDiagram() {}

    static String of(RoutingTable table) {
        var text = new StringBuilder("""
                flowchart LR
                    port([server port]) --> byte{first byte}
                """);
        for (var route : table.routes()) {
            line(text, node(route));
        }
        for (var route : table.routes()) {
            var id = id(route.protocol());
            if (route.reach() != Reach.ALPN_ONLY && route.protocol().typeByte().isPresent()) {
                var label = route.protocol().typeByte().getAsInt()
                        + (route.reach() == Reach.CLEAR_ONLY ? ", not inside TLS" : "");
                line(text, "byte -- \"" + label + "\" --> " + id);
            }
            route.protocol().alpnName().ifPresent(name -> line(text, "alpn -- \"" + name + "\" --> " + id));
        }
        line(text, "byte -- \"above " + Protocol.highestTypeByte() + ", not inside TLS\" --> " + id(Protocol.NATIVE_TLS));
        line(text, id(Protocol.TLS) + " -- \"handshake, then the next byte\" --> byte");
        line(text, id(Protocol.NATIVE_TLS) + " -- \"handshake\" --> alpn{ALPN name}");
        line(text, "classDef refused stroke-dasharray: 4");
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append("    ").append(line).append('\n');
    }

    private static String node(Route route) {
        var title = RoutesCommand.words(route.protocol());
        var who = route.callers() == Callers.SERVERS ? "<br/>servers only" : "";
        return route.serves()
                ? id(route.protocol()) + "[\"" + title + who + "\"]"
                : id(route.protocol()) + "[\"" + title + who + "<br/>refused\"]:::refused";
    }

    private static String id(Protocol protocol) {
        return protocol.name().toLowerCase(Locale.ROOT);
    }
}
