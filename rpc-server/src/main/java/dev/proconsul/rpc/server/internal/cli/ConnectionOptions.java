package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallOptions;
import dev.proconsul.rpc.client.CallOptions.Consistency;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.ClientConfig.Mode;
import dev.proconsul.rpc.client.Dialers;
import dev.proconsul.rpc.client.DnsServers;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.client.ServerSource;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// The options that all clients have in common.
final class ConnectionOptions {
    private static final String DEFAULT_SERVER = "127.0.0.1";
    private static final String SRV = "srv:";

    private ConnectionOptions() {}

    static void declare(CommandSpec spec) {
        Options.texts(spec, "server", "HOST:PORT", "Server to ask (default 127.0.0.1:8300). Given several times: any one "
                + "that answers; when it fails, the next. srv:NAME takes those that DNS names in SRV records, "
                + "srv:NAME@HOST:PORT asks that name server.");
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
        var config = servers(args).withMode(mode(args));
        return Options.time(args, "timeout").map(time -> config.withTimeouts(time, time)).orElse(config);
    }

    /// Which servers the options name; for those that DNS names a stand-in, see [#source].
    private static ClientConfig servers(ParseResult args) throws UsageError {
        var texts = Options.texts(args, "server");
        try {
            var srv = texts.stream().filter(text -> text.startsWith(SRV)).findFirst();
            if (srv.isPresent()) {
                if (texts.size() > 1) {
                    throw new UsageError("-server " + srv.get() + " stands for all servers; name no other");
                }
                dns(srv.get());
                return ClientConfig.of(DEFAULT_SERVER);
            }
            return texts.isEmpty() ? ClientConfig.of(DEFAULT_SERVER) : ClientConfig.of(texts.toArray(String[]::new));
        } catch (IllegalArgumentException e) {
            throw new UsageError("-server: " + e.getMessage());
        }
    }

    private static DnsServers.Config dns(String text) {
        var parts = text.substring(SRV.length()).split("@", 2);
        var config = DnsServers.Config.of(parts[0]);
        return parts.length == 1 ? config : new DnsServers.Config(parts[0], "",
                Optional.of(ClientConfig.of(parts[1].contains(":") ? parts[1] : parts[1] + ":53").server()),
                config.refresh());
    }

    /// {@return the servers, for a person}
    static String serversText(ParseResult args) throws UsageError {
        var texts = Options.texts(args, "server");
        return texts.size() == 1 && texts.getFirst().startsWith(SRV) ? texts.getFirst() : config(args).address();
    }

    private static ServerSource source(ParseResult args, ClientConfig config) {
        return Options.texts(args, "server").stream().filter(text -> text.startsWith(SRV)).findFirst()
                .<ServerSource>map(text -> new DnsServers(dns(text)))
                .orElseGet(() -> ServerSource.fixed(config.datacenter(), config.servers()));
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
            return RpcClient.connect(config, Dialers.always(dialer), source(args, config));
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
