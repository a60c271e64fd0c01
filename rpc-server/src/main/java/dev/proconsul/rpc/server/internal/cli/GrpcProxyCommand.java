package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.server.internal.GrpcProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `proconsul grpc-proxy`: a plain local port for gRPC tools, until the process is told to end.
final class GrpcProxyCommand implements Command {
    private static final String HERE = "127.0.0.1";
    private static final int HIGHEST_PORT = 65_535;
    private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(10);
    private static final Pattern LISTEN = Pattern.compile("(?<host>[^:\\[\\]]+|\\[[^\\[\\]]+])?(?::(?<port>[0-9]{1,5}))?");

    private final CommandSpec spec = CommandSpec.create().name("grpc-proxy");
    private final Surroundings surroundings;

    GrpcProxyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
        Help.of(spec, "Offer a server's gRPC on a plain local port, for grpcurl and other tools.",
                "Prints the address to use, and runs until SIGTERM or SIGINT. Each connection to it is dialed to the server "
                        + "and announced as gRPC there. Whoever reaches the local port speaks to the server in your name.",
                "proconsul grpc-proxy 127.0.0.1:8300",
                "proconsul grpc-proxy -listen :9300 -ca-file ca.pem -tls-server-name server.dc1.consul 10.0.0.1:8300");
        Options.text(spec, "listen", "ADDR", "Listen here: HOST:PORT, HOST, or :PORT (default 127.0.0.1 and any free port).");
        Options.text(spec, "mode", "MODE",
                "byte: announce gRPC by type byte 8, inside TLS where there is some (default). "
                        + "alpn: by its name in the TLS handshake.");
        ClientTls.declare(spec);
        Options.text(spec, "timeout", "TIME", "How long to wait for a connection to the server (default 10s).");
        Options.parameter(spec, "1", "HOST:PORT", "The server's port, ours or Consul's.");
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult args, Terminal terminal) throws UsageError, CommandFailure {
        var server = server(args.matchedPositionalValue(0, ""));
        var listen = listen(Options.text(args, "listen").orElse(""));
        var target = new GrpcProxy.Target(server.server(), ClientTls.dialer(args, alpn(args)),
                Options.time(args, "timeout").orElse(DIAL_TIMEOUT));
        var proxy = start(listen, target, terminal);
        surroundings.atEnd(proxy::close);
        terminal.err().println("Proxying connections to the gRPC server at " + server.address());
        warnOfOthers(proxy, terminal);
        terminal.out().println("Use this address: " + text(proxy.address()));
        terminal.checkWritten();
        return CommandLineTool.STILL_RUNNING;
    }

    private static boolean alpn(ParseResult args) throws UsageError {
        var mode = Options.text(args, "mode").orElse("byte");
        return switch (mode) {
            case "byte" -> false;
            case "alpn" -> true;
            default -> throw Options.expected("mode", mode, "byte or alpn");
        };
    }

    private static GrpcProxy start(InetSocketAddress listen, GrpcProxy.Target target, Terminal terminal)
            throws CommandFailure {
        try {
            return GrpcProxy.start(listen, target, line -> terminal.err().println("proconsul: " + line));
        } catch (IOException e) {
            throw new CommandFailure(e.getMessage() + "; -listen takes another address (port 0: any free one)");
        }
    }

    private static void warnOfOthers(GrpcProxy proxy, Terminal terminal) {
        if (!proxy.address().getAddress().isLoopbackAddress()) {
            terminal.err().println("warning: everyone who can reach " + text(proxy.address())
                    + " speaks to the server in your name");
        }
    }

    private static ClientConfig server(String text) throws UsageError {
        try {
            return ClientConfig.of(text);
        } catch (IllegalArgumentException e) {
            throw new UsageError(String.valueOf(e.getMessage()));
        }
    }

    private static InetSocketAddress listen(String text) throws UsageError {
        var match = LISTEN.matcher(text);
        if (!match.matches()) {
            throw Options.expected("listen", text, "HOST:PORT, HOST or :PORT");
        }
        var host = match.group("host") == null ? HERE : match.group("host").replaceAll("[\\[\\]]", "");
        int port = match.group("port") == null ? 0 : Integer.parseInt(match.group("port"));
        if (port > HIGHEST_PORT) {
            throw Options.expected("listen", text, "a port from 0 to 65535");
        }
        return new InetSocketAddress(host, port);
    }

    private static String text(InetSocketAddress address) {
        var host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
