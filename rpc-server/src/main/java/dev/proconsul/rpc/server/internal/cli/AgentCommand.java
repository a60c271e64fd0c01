package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.server.internal.GossipRefused;
import dev.proconsul.rpc.transport.tls.TlsConfigException;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `proconsul agent`: a server, until the process is told to end.
final class AgentCommand implements Command {
    /// Options of Consul that need something this server does not have; silence would lose data.
    private static final List<String> NEED_REPLICATION = List.of("data-dir", "bootstrap-expect", "retry-join");
    private static final String REFUSED = "Refused: this version keeps its state in memory and runs alone.";
    private static final int HIGHEST_PORT = 65_535;

    private final CommandSpec spec = CommandSpec.create().name("agent");
    private final Surroundings surroundings;

    AgentCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
        Help.of(spec, "Run a server.",
                "Runs until SIGTERM or SIGINT: then it stops accepting, lets calls finish, and leaves with exit code 0. "
                        + "It says on standard error where it listens. Options win over configuration files. "
                        + "At SIGHUP it reads the files anew and takes over TLS and limits.rpc_max_conns_per_client; "
                        + "connections are not touched.",
                "proconsul agent -dev",
                "proconsul agent -dev -server-port 0 -config server.json",
                "proconsul agent -dev -node s1 -serf-agent 127.0.0.1:7373",
                "proconsul agent -dev -datacenter dc1 -retry-join-wan dc2=10.2.0.1:8300");
        Options.flag(spec, "dev", "Run alone, with all state in memory: nothing survives the process.");
        Options.texts(spec, "config", "FILE", 
                "Read a JSON file with Consul's own key names; may be repeated, later files win.");
        Options.text(spec, "bind", "ADDR", "Listen on this address (default 127.0.0.1).");
        Options.text(spec, "server-port", "N", "Listen on this TCP port (default 8300; 0 takes any free one).");
        Options.text(spec, "node", "NAME", "Name of this server (default proconsul).");
        Options.text(spec, "datacenter", "DC", "Datacenter of this server (default dc1).");
        Options.text(spec, "serf-agent", "ADDR", "Be announced by the Serf agent whose RPC port is here (usually "
                + "127.0.0.1:7373), and learn of client agents and servers from it: the catalog then follows them. "
                + "The agent must be called as this server (serf agent -node=NAME).");
        Options.text(spec, "serf-wan-agent", "ADDR", "Likewise, for the servers of all datacenters. The agent must be "
                + "called NAME.DC.");
        Options.texts(spec, "retry-join-wan", "DC=ADDR", "Know a server of another datacenter by its server port, such as "
                + "dc2=10.2.0.1:8300: calls for that datacenter go there. May be repeated.");
        Options.text(spec, "data-dir", "DIR", REFUSED);
        Options.text(spec, "bootstrap-expect", "N", REFUSED);
        Options.texts(spec, "retry-join", "ADDR", REFUSED);
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult args, Terminal terminal) throws UsageError, CommandFailure {
        var server = start(config(args));
        surroundings.atEnd(() -> leave(server, terminal));
        surroundings.atHangUp(() -> reload(server, args, terminal));
        var address = server.address();
        terminal.err().println("proconsul " + VersionCommand.version() + " listening on "
                + address.getAddress().getHostAddress() + ":" + address.getPort()
                + " (state in memory: nothing survives this process)");
        return CommandLineTool.STILL_RUNNING;
    }

    private static RpcServer start(ServerConfig config) throws CommandFailure {
        try {
            return RpcServer.start(config);
        } catch (TlsConfigException | GossipRefused e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CommandFailure(e.getMessage()
                    + "; -server-port takes another port (0: any free one), -bind another address");
        }
    }

    private static void reload(RpcServer server, ParseResult args, Terminal terminal) {
        try {
            server.reload(config(args));
            terminal.err().println("reloaded");
        } catch (UsageError | IOException e) {
            terminal.err().println("proconsul: not reloaded, everything stays as it was: " + e.getMessage());
        }
        terminal.err().flush();
    }

    private static void leave(RpcServer server, Terminal terminal) {
        terminal.err().println("leaving: calls in flight may finish");
        server.close();
        terminal.err().flush();
    }

    private static ServerConfig withRemoteServers(ServerConfig config, List<String> more) {
        var peers = config.peers();
        for (var server : more) {
            peers = peers.withRemoteServer(server);
        }
        if (peers.datacenters().containsKey(config.datacenter())) {
            throw new IllegalArgumentException("retry_join_wan names a server of " + config.datacenter()
                    + ", which is the datacenter of this server; it is for servers of others");
        }
        return config.withPeers(peers);
    }

    private static ServerConfig config(ParseResult args) throws UsageError {
        for (var option : NEED_REPLICATION) {
            if (Options.isGiven(args, option)) {
                throw new UsageError("-" + option + " needs replication, which this version does not have; "
                        + "run a single server with 'proconsul agent -dev'");
            }
        }
        if (!Options.isSet(args, "dev")) {
            throw new UsageError("agent needs -dev: this version runs a single server with its state in memory only");
        }
        try {
            var config = ConfigFile.read(Options.texts(args, "config"), ServerConfig.dev());
            config = Options.text(args, "bind").map(config::withBindAddress).orElse(config);
            config = Options.number(args, "server-port", 0, HIGHEST_PORT).map(config::withServerPort).orElse(config);
            config = Options.text(args, "node").map(config::withNode).orElse(config);
            config = Options.text(args, "datacenter").map(config::withDatacenter).orElse(config);
            var serf = config.serf();
            serf = Options.text(args, "serf-agent").map(serf.lan()::withAddress).map(serf::withLan).orElse(serf);
            serf = Options.text(args, "serf-wan-agent").map(serf.wan()::withAddress).map(serf::withWan).orElse(serf);
            config = config.withSerf(serf);
            config = withRemoteServers(config, Options.texts(args, "retry-join-wan"));
            return config.withTls(config.tls().withPlace(config.datacenter(), config.tls().domain()));
        } catch (IllegalArgumentException e) {
            throw new UsageError(String.valueOf(e.getMessage()));
        }
    }
}
