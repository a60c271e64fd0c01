package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.server.Cluster;
import dev.proconsul.rpc.server.Handlers;
import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/// Servers s1, s2, … of one datacenter on ports of 127.0.0.1, agreed over a [MemoryCluster]. A server that is started again
/// has its name and its port, and nothing else.
final class ClusterOfServers implements AutoCloseable {
    final MemoryCluster agreement;
    private final UnaryOperator<ServerConfig> change;
    private final Map<String, RpcServer> servers = new ConcurrentHashMap<>();
    private final Map<String, Integer> ports = new LinkedHashMap<>();

    private ClusterOfServers(String datacenter, int size, UnaryOperator<ServerConfig> change) {
        this.agreement = new MemoryCluster(datacenter, size);
        this.change = config -> change.apply(config.withDatacenter(datacenter));
    }

    static ClusterOfServers of(int size) throws IOException {
        return of("dc1", size, UnaryOperator.identity());
    }

    static ClusterOfServers of(String datacenter, int size, UnaryOperator<ServerConfig> change) throws IOException {
        var cluster = new ClusterOfServers(datacenter, size, change);
        for (int i = 1; i <= size; i++) {
            cluster.start("s" + i);
        }
        cluster.awaitLeader();
        return cluster;
    }

    RpcServer start(String node) throws IOException {
        var config = ServerConfig.dev().withNode(node).withServerPort(ports.getOrDefault(node, 0))
                .withMaxConnectionsPerClient(0).withDrainTime(Duration.ofSeconds(2));
        var server = RpcServer.start(change.apply(config), Handlers.NONE, new Cluster(agreement::start, agreement));
        servers.put(node, server);
        ports.put(node, server.address().getPort());
        return server;
    }

    /// Lets a server leave.
    void stop(String node) {
        servers.remove(node).close();
    }

    /// Ends a server in the middle of its work: nobody takes over before it is gone.
    void crash(String node) {
        agreement.crash(node);
        stop(node);
    }

    RpcServer server(String node) {
        return servers.get(node);
    }

    RpcServer leader() {
        return server(leaderName());
    }

    String leaderName() {
        awaitLeader();
        return agreement.leader().orElseThrow().node();
    }

    /// {@return a server that does not lead}
    RpcServer follower() {
        return server(followerName());
    }

    String followerName() {
        var leader = leaderName();
        return servers.keySet().stream().filter(node -> !node.equals(leader)).sorted().findFirst().orElseThrow();
    }

    void awaitLeader() {
        Conditions.await(() -> agreement.leader().isPresent(), () -> "there is no leader");
    }

    RpcClient client(String node) throws CallException, InterruptedException {
        return RpcClient.connect(ClientConfig.of(server(node).address()));
    }

    List<InetSocketAddress> addresses() {
        var all = new ArrayList<InetSocketAddress>();
        ports.values().forEach(port -> all.add(new InetSocketAddress("127.0.0.1", port)));
        return all;
    }

    @Override
    public void close() {
        List.copyOf(servers.keySet()).forEach(this::stop);
    }
}
