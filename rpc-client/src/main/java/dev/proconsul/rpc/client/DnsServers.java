package dev.proconsul.rpc.client;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.internal.SrvLookup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Servers that DNS names in SRV records, such as `consul.service.consul`.
///
/// The name is looked up when the source starts, and then every [Config#refresh], a tenth more or less at random.
/// Whoever is in an answer is known, whoever is no longer in it has left; a look-up that fails changes nothing and is
/// logged. A server is called by the name that its record points to.
///
/// Threads: a daemon of its own looks up (the JDK's resolver would hold a virtual thread's carrier).
public final class DnsServers implements ServerSource {
    private static final System.Logger LOG = System.getLogger("dev.proconsul.rpc.client");

    private final Config config;
    private final Lookup lookup;
    private final Time time;
    private final RandomGenerator random;
    private final Map<String, ServerInfo> known = new LinkedHashMap<>(); // first the caller's, then the daemon's
    private volatile boolean closed;
    private volatile @Nullable Thread daemon;

    /// What to look up, and where.
    ///
    /// @param name       of the SRV records, as `consul.service.consul` or `_consul._tcp.example.com`
    /// @param datacenter of the servers; empty if that does not matter
    /// @param nameServer which name server to ask, also for the addresses of the servers; empty for the system's
    /// @param refresh    how often, more than zero
    public record Config(String name, String datacenter, Optional<InetSocketAddress> nameServer, Duration refresh) {
        /// Checks every component.
        ///
        /// @throws IllegalArgumentException when one is out of range; names it
        public Config {
            PoolConfig.positive("refresh", refresh);
            if (name.isBlank() || name.contains("/") || name.contains(" ")) {
                throw new IllegalArgumentException("'" + name + "' is no name of DNS");
            }
        }

        /// {@return a configuration that asks the system's name server every 30 s}
        /// @param name of the SRV records
        public static Config of(String name) {
            return new Config(name, "", Optional.empty(), Duration.ofSeconds(30));
        }
    }

    /// Looks up SRV records.
    @FunctionalInterface
    public interface Lookup {
        /// {@return the servers, by name, each with its address as `host:port`}
        /// @param name of the records
        /// @throws IOException when there is no answer; the message says why
        Map<String, String> servers(String name) throws IOException;
    }

    /// Makes a source that asks by the JDK's resolver.
    /// @param config what to look up
    public DnsServers(Config config) {
        this(config, new SrvLookup(config.nameServer()), Time.SYSTEM, RandomGenerator.of("SplittableRandom"));
    }

    /// Makes a source with a resolver of its own.
    /// @param config what to look up
    /// @param lookup asks
    /// @param time   the clock
    /// @param random spreads look-ups
    public DnsServers(Config config, Lookup lookup, Time time, RandomGenerator random) {
        this.config = config;
        this.lookup = lookup;
        this.time = time;
        this.random = random;
    }

    @Override
    public void start(ServerSink sink) throws CallException, InterruptedException {
        try {
            refresh(sink);
        } catch (IOException e) {
            throw new CallException.NotSent("no servers from DNS: " + e.getMessage(), e, Reason.NO_SERVER, null);
        }
        daemon = Thread.ofPlatform().daemon().name("dns").start(() -> keep(sink));
    }

    private void keep(ServerSink sink) {
        try {
            while (!closed) {
                time.sleep(pause());
                refreshOrSay(sink);
            }
        } catch (InterruptedException e) {
            // the source was closed
        }
    }

    private Duration pause() {
        long tenth = Math.max(1, config.refresh().toNanos() / 10);
        return config.refresh().plusNanos(random.nextLong(2 * tenth) - tenth);
    }

    /// Looks up once; what fails is logged.
    void refreshOrSay(ServerSink sink) {
        try {
            refresh(sink);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "keeping {0} servers: {1}", known.size(), e.getMessage());
        }
    }

    private void refresh(ServerSink sink) throws IOException {
        var found = lookup.servers(config.name());
        known.values().removeIf(server -> {
            boolean gone = !found.containsKey(server.node());
            if (gone) {
                sink.left(server);
            }
            return gone;
        });
        found.forEach((node, address) -> {
            var server = new ServerInfo("", node, config.datacenter(), address);
            if (!server.equals(known.put(node, server))) {
                sink.joined(server);
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        var looking = daemon;
        if (looking != null) {
            looking.interrupt();
        }
    }
}
