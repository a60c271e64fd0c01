package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import java.io.IOException;

/// Our server process of the RPC scenarios. It prints its address and lives until its standard input ends.
final class BenchServer {
    private BenchServer() {}

    static void main() throws IOException {
        try (var server = RpcServer.start(ServerConfig.dev().withServerPort(0).withMaxConnectionsPerClient(0))) {
            System.out.println("listening " + Addresses.text(server.address()));
            System.in.skip(Long.MAX_VALUE);
        }
    }
}
