package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// The server process of the scenario `watch`. It answers the lines `memory` and `waiting`, and lives until its
/// standard input ends.
final class WatchServer {
    private WatchServer() {}

    static void main() throws IOException {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (var server = RpcServer.start(ServerConfig.dev().withServerPort(0))) {
            System.out.println("listening " + Addresses.text(server.address()));
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(switch (line) {
                    case "memory" -> Memory.used().line();
                    case "waiting" -> server.counters().getOrDefault("rpc.queries_blocking", 0L).toString();
                    default -> "what is " + line + "?";
                });
            }
        }
    }
}
