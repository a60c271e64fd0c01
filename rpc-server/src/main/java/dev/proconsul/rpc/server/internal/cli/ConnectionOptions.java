package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallOptions;
import dev.proconsul.rpc.client.CallOptions.Consistency;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.ClientConfig.Mode;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// The options that all clients have in common.
final class ConnectionOptions {
    private ConnectionOptions() {}

    static void declare(CommandSpec spec) {
        Options.text(spec, "server", "HOST:PORT", "Server to ask (default 127.0.0.1:8300).");
        Options.text(spec, "mode", "MODE", 
                "mux: yamux, type byte 4 (default). single: one connection per call, type byte 0. "
                        + "alpn: yamux, chosen by its name in the TLS handshake.");
        ClientTls.declare(spec);
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
            case "mux", "alpn" -> Mode.MUX;
            case "single" -> Mode.SINGLE;
            default -> throw Options.expected("mode", mode, "mux, single or alpn");
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

    /// Makes sure that the options can be followed, before anything else is read.
    static void check(ParseResult args) throws UsageError {
        config(args);
        ClientTls.check(args, alpn(args));
    }

    private static boolean alpn(ParseResult args) {
        return Options.text(args, "mode").filter("alpn"::equals).isPresent();
    }

    /// {@return what dials, as the options have it}
    static Dialer dialer(ParseResult args) throws UsageError, CommandFailure {
        return ClientTls.dialer(args, alpn(args));
    }

    /// Connects as the options say.
    static RpcClient connect(ParseResult args) throws UsageError, CommandFailure, InterruptedException {
        var config = config(args);
        var dialer = dialer(args);
        try {
            return RpcClient.connect(config, dialer);
        } catch (CallException e) {
            throw new CommandFailure(e.getMessage() + hint(e, dialer));
        }
    }

    private static String hint(CallException e, Dialer dialer) {
        if (String.valueOf(e.getMessage()).contains("certificate is valid for")) {
            return "; -tls-server-name says which name it must have, often server.<datacenter>.consul";
        }
        return dialer instanceof TcpDialer ? "; is the server running? 'proconsul agent -dev' starts one, -server names "
                + "another" : "";
    }
}
