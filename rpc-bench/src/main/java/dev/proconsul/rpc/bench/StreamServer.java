package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/// The server process of the scenario `stream`. It answers the lines `memory`, `streams`, `subscriptions`, `waiting`,
/// `cpu` and `compiling` (milliseconds), and lives until its standard input ends.
final class StreamServer {
    private StreamServer() {}

    static void main() throws IOException {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (var server = RpcServer.start(ServerConfig.dev().withServerPort(0))) {
            System.out.println("listening " + Addresses.text(server.address()));
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(switch (line) {
                    case "memory" -> Memory.used().line();
                    case "subscriptions" -> server.counters().getOrDefault("subscribe.subscriptions", 0L).toString();
                    case "streams" -> server.counters().getOrDefault("grpc.server.streams", 0L).toString();
                    case "waiting" -> server.counters().getOrDefault("rpc.queries_blocking", 0L).toString();
                    case "compiling" ->
                        Long.toString(ManagementFactory.getCompilationMXBean().getTotalCompilationTime());
                    case "cpu" -> Long.toString(ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos());
                    default -> "what is " + line + "?";
                });
            }
        }
    }
}
