package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;

/// Our server process: the RPC port, and a second port with a bare yamux echo. It prints both and lives until its
/// standard input ends.
final class BenchServer {
    private BenchServer() {}

    static void main() throws IOException {
        try (var server = RpcServer.start(ServerConfig.dev().withServerPort(0).withMaxConnectionsPerClient(0));
                var echo = MessageEcho.start()) {
            System.out.println("listening " + text(server.address()) + " " + text(echo.address()));
            System.in.skip(Long.MAX_VALUE);
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
