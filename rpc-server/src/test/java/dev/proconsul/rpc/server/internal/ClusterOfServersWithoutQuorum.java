package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.server.Cluster;
import dev.proconsul.rpc.server.Handlers;
import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import java.io.IOException;
import java.time.Duration;

/// The first server of three, before the others are there.
record ClusterOfServersWithoutQuorum(RpcServer server) implements AutoCloseable {
    static ClusterOfServersWithoutQuorum start(Duration hold) throws IOException {
        var agreement = new MemoryCluster("dc1", 3);
        var config = ServerConfig.dev().withServerPort(0).withDrainTime(Duration.ZERO);
        return new ClusterOfServersWithoutQuorum(RpcServer.start(
                config.withPeers(config.peers().withHoldTimeout(hold)), Handlers.NONE,
                new Cluster(agreement::start, agreement)));
    }

    @Override
    public void close() {
        server.close();
    }
}
