package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.KnownServer;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.Status;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `proconsul members`: the servers that are known, and how they fare.
final class MembersCommand implements Command {
    private static final List<String> COLUMNS = List.of("server", "role", "health", "rtt", "problem");

    private final CommandSpec spec = CommandSpec.create().name("members");

    MembersCommand() {
        Help.of(spec, "Show the servers of a datacenter: health, round-trip time, role.",
                "Shows the servers that -server names, and those that vote according to the one that answers. Each is "
                        + "pinged. A server that is neither leader nor follower does not vote.",
                "proconsul members",
                "proconsul members -server 10.0.0.1:8300 -server 10.0.0.2:8300 -format json");
        ConnectionOptions.declare(spec);
        Options.text(spec, "format", "FORMAT", "text (default) or json.");
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult args, Terminal terminal) throws UsageError, CommandFailure, InterruptedException {
        var format = Options.text(args, "format").orElse("text");
        if (!format.equals("text") && !format.equals("json")) {
            throw Options.expected("format", format, "text or json");
        }
        var options = ConnectionOptions.callOptions(args);
        ConnectionOptions.check(args);
        try (var client = ConnectionOptions.connect(args)) {
            var rows = rows(client, DCSpecificRequest.ZERO.withDatacenter(options.datacenter()));
            terminal.out().print(format.equals("json") ? JsonText.print(json(rows)) + "\n" : text(rows));
            terminal.checkWritten();
            return CommandLineTool.OK;
        }
    }

    /// What is shown of a server.
    private record Row(String server, String role, String health, @Nullable Duration rtt, String problem) {}

    private static List<Row> rows(RpcClient client, DCSpecificRequest request)
            throws CommandFailure, InterruptedException {
        String leader;
        List<String> peers;
        try {
            leader = client.call(Status.LEADER, request);
            peers = client.call(Status.PEERS, request);
        } catch (CallException.Refused e) {
            throw new CommandFailure(e.where() + ": the server says: " + e.getMessage());
        } catch (CallException e) {
            throw new CommandFailure(e.getMessage());
        }
        addUnnamed(client, peers);
        client.pingServers();
        var rows = new ArrayList<Row>();
        for (var known : client.servers()) {
            rows.add(row(known, leader, peers));
        }
        return rows;
    }

    private static void addUnnamed(RpcClient client, List<String> peers) {
        var named = client.servers().stream().map(known -> resolved(known.server().address())).toList();
        for (var peer : peers) {
            if (!named.contains(peer)) {
                var datacenter = client.servers().getFirst().server().datacenter();
                client.router().lan().joined(new ServerInfo("", peer, datacenter, peer));
            }
        }
    }

    private static Row row(KnownServer known, String leader, List<String> peers) {
        var address = resolved(known.server().address());
        var role = address.equals(leader) ? "leader" : peers.contains(address) ? "follower" : "-";
        return new Row(known.server().address(), role, known.health().name().toLowerCase(Locale.ROOT),
                known.rtt().orElse(null), known.problem().orElse(""));
    }

    /// Servers call themselves by number; `-server` may have called them by name.
    private static String resolved(String address) {
        int colon = address.lastIndexOf(':');
        try {
            var number = InetAddress.getByName(address.substring(0, colon)).getHostAddress();
            return (number.contains(":") ? "[" + number + "]" : number) + address.substring(colon);
        } catch (UnknownHostException e) {
            return address;
        }
    }

    private static List<Map<String, @Nullable Object>> json(List<Row> rows) {
        var list = new ArrayList<Map<String, @Nullable Object>>();
        for (var row : rows) {
            var members = new LinkedHashMap<String, @Nullable Object>();
            members.put("Server", row.server());
            members.put("Role", row.role());
            members.put("Health", row.health());
            members.put("RTT", row.rtt() == null ? null : row.rtt().toNanos());
            members.put("Problem", row.problem());
            list.add(members);
        }
        return list;
    }

    private static String text(List<Row> rows) {
        var table = new ArrayList<List<String>>();
        table.add(COLUMNS);
        for (var row : rows) {
            table.add(List.of(row.server(), row.role(), row.health(), millis(row.rtt()), row.problem()));
        }
        return Columns.text(table);
    }

    private static String millis(@Nullable Duration rtt) {
        return rtt == null ? "-" : String.format(Locale.ROOT, "%.1f ms", rtt.toNanos() / 1e6);
    }
}
