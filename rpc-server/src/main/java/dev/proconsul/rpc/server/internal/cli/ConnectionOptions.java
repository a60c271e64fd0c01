package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallOptions;
import dev.proconsul.rpc.client.CallOptions.Consistency;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.ClientConfig.Mode;
import dev.proconsul.rpc.client.RpcClient;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// The options that all clients have in common.
final class ConnectionOptions {
    private ConnectionOptions() {}

    static void declare(CommandSpec spec) {
        Options.text(spec, "server", "HOST:PORT", "Server to ask (default 127.0.0.1:8300).");
        Options.text(spec, "mode", "MODE", 
                "mux: yamux, type byte 4 (default). single: one connection per call, type byte 0.");
        Options.text(spec, "token", "SECRET", "ACL token to show.");
        Options.text(spec, "datacenter", "DC", "Datacenter to ask (default: the server's own).");
        Options.text(spec, "timeout", "TIME",
                "How long to wait, as 5s or 1m30s (default: 10s for a connection, 60s for an answer).");
        Options.flag(spec, "stale", "Any server may answer, from what it holds.");
        Options.flag(spec, "consistent", "The leader makes sure that it still leads before it answers.");
    }

    static ClientConfig config(ParseResult args) throws UsageError {
        var config = server(Options.text(args, "server").orElse("127.0.0.1")).withMode(mode(args));
        return Options.time(args, "timeout").map(time -> config.withTimeouts(time, time)).orElse(config);
    }

    private static ClientConfig server(String text) throws UsageError {
        try {
            return ClientConfig.of(text);
        } catch (IllegalArgumentException e) {
            throw new UsageError("-server: " + e.getMessage());
        }
    }

    private static Mode mode(ParseResult args) throws UsageError {
        var mode = Options.text(args, "mode").orElse("mux");
        return switch (mode) {
            case "mux" -> Mode.MUX;
            case "single" -> Mode.SINGLE;
            default -> throw Options.expected("mode", mode, "mux or single");
        };
    }

    static CallOptions callOptions(ParseResult args) throws UsageError {
        boolean stale = Options.isSet(args, "stale");
        boolean consistent = Options.isSet(args, "consistent");
        if (stale && consistent) {
            throw new UsageError("-stale and -consistent exclude each other");
        }
        return CallOptions.DEFAULT
                .withDatacenter(Options.text(args, "datacenter").orElse(""))
                .withToken(Options.text(args, "token").orElse(""))
                .withConsistency(stale ? Consistency.STALE : consistent ? Consistency.CONSISTENT : Consistency.LEADER);
    }

    static RpcClient connect(ClientConfig config) throws CommandFailure, InterruptedException {
        try {
            return RpcClient.connect(config);
        } catch (CallException e) {
            throw new CommandFailure(e.getMessage() + "; is the server running? 'proconsul agent -dev' starts one, "
                    + "-server names another");
        }
    }
}
