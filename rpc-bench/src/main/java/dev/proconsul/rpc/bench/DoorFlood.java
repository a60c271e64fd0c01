package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/// How good clients fare while the port is flooded: 5,000 connections that say nothing, of which those that the server
/// ends are opened again, and 200 that begin a TLS handshake and send a byte of it every second.
///
/// Two kinds of client: one with a connection of its own, and one that connects anew for each call. Each is measured
/// without the flood and with it. Server, flood and client are processes of their own, so that it is the server that
/// suffers, as far as there are processors for all three. The script `rpc-bench/bench` starts it.
public final class DoorFlood {
    private static final String FLOOD = "flood";
    private static final int SILENT = 5000;
    private static final int SLOW = 200;
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration DRIP = Duration.ofSeconds(1);
    private static final byte[] PING =
            HexFormat.of().parseHex("0082a353657101ad536572766963654d6574686f64ab5374617475732e50696e6780");
    private static final int PONG_LENGTH = 40;

    private final Path module;
    private final Duration round;
    private final InetSocketAddress server;

    private DoorFlood(Path module, Duration round, InetSocketAddress server) {
        this.module = module;
        this.round = round;
        this.server = server;
    }

    /// Something that is done over and over.
    @FunctionalInterface
    private interface Call {
        void make() throws IOException, CallException, InterruptedException;
    }

    /// @param name  in the table
    /// @param times of all calls
    private record Row(String name, Histogram times) {
        double millis(double part) {
            return times.quantile(part) / 1e6;
        }
    }

    /// Measures and prints.
    ///
    /// @param args the directory of this module, `door-flood`, and perhaps `--quick`
    public static void main(String[] args) {
        if (args[0].equals(FLOOD)) {
            new DoorFlood(Path.of(""), Duration.ZERO, address(args[1])).floodUntilToldToLeave();
            return;
        }
        var round = Duration.ofSeconds(Arrays.asList(args).contains("--quick") ? 4 : 15);
        try (var child = Child.start("server", java(BenchServer.class.getName()))) {
            var server = address(child.expect("listening", Duration.ofSeconds(30)).split(" ")[0]);
            new DoorFlood(Path.of(args[0]), round, server).run();
        } catch (IOException | CallException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        } catch (InterruptedException e) {
            System.exit(130);
        }
    }

    private static InetSocketAddress address(String text) {
        var parts = text.split(":");
        return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    }

    private static List<String> java(String... mainAndArguments) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(java, "-Xmx512m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(mainAndArguments));
        return command;
    }

    private void run() throws IOException, CallException, InterruptedException {
        var rows = new ArrayList<Row>();
        try (var client = RpcClient.connect(ClientConfig.of(server))) {
            Call old = client.status()::ping;
            measure("warm-up", WARM_UP, old);
            measure("warm-up", WARM_UP, this::connectAndPing);
            rows.add(measure("quiet-old", round, old));
            rows.add(measure("quiet-new", round, this::connectAndPing));
            var address = server.getAddress().getHostAddress() + ":" + server.getPort();
            try (var flood = Child.start("flood", java(DoorFlood.class.getName(), FLOOD, address))) {
                flood.expect("flooding", Duration.ofSeconds(60));
                rows.add(measure("flood-old", round, old));
                rows.add(measure("flood-new", round, this::connectAndPing));
            }
        }
        report(rows);
    }

    private static Row measure(String name, Duration time, Call call)
            throws IOException, CallException, InterruptedException {
        var times = new Histogram();
        long end = System.nanoTime() + time.toNanos();
        for (long begin = System.nanoTime(); begin < end; begin = System.nanoTime()) {
            call.make();
            times.add(System.nanoTime() - begin);
            Thread.sleep(1); // a client, not another flood
        }
        return new Row(name, times);
    }

    private void connectAndPing() throws IOException {
        try (var socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(PING);
            if (socket.getInputStream().readNBytes(PONG_LENGTH).length < PONG_LENGTH) {
                throw new IOException("a good client got no answer");
            }
        }
    }

    /// Says when all have connected once.
    private void floodUntilToldToLeave() {
        var connected = new CountDownLatch(SILENT + SLOW);
        for (int i = 0; i < SILENT + SLOW; i++) {
            var beginning = i < SILENT ? new byte[0] : HexFormat.of().parseHex("0316030100c8");
            int late = i;
            Thread.startVirtualThread(() -> flood(beginning, late, connected));
        }
        try {
            connected.await();
            System.out.println("flooding");
            System.in.skip(Long.MAX_VALUE);
        } catch (IOException | InterruptedException e) {
            // It is over.
        }
    }

    /// Connects again and again; says the beginning, and then a byte from time to time if there is one.
    private void flood(byte[] beginning, int delayMillis, CountDownLatch connected) {
        try {
            Thread.sleep(delayMillis); // the server's patience shall not end for all at once
        } catch (InterruptedException e) {
            return;
        }
        while (!Thread.currentThread().isInterrupted()) {
            try (var socket = new Socket(server.getAddress(), server.getPort())) {
                socket.getOutputStream().write(beginning);
                connected.countDown();
                while (beginning.length > 0) {
                    Thread.sleep(DRIP);
                    socket.getOutputStream().write(1);
                }
                if (socket.getInputStream().read() >= 0) {
                    return;
                }
            } catch (IOException e) {
                // The server has ended it: once more.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void report(List<Row> rows) throws IOException {
        var table = new StringBuilder("%ndoor-flood: %,d silent connections, %d slow handshakes%n".formatted(SILENT, SLOW));
        table.append("%-12s %10s %10s %10s %10s%n".formatted("", "calls", "p50 ms", "p99 ms", "p999 ms"));
        var json = new ArrayList<String>();
        for (var row : rows) {
            table.append(String.format(Locale.ROOT, "%-12s %10d %10.2f %10.2f %10.2f%n",
                    row.name(), row.times().count(), row.millis(0.5), row.millis(0.99), row.millis(0.999)));
            json.add(String.format(Locale.ROOT, "\"%s\":{\"p50_ms\":%.3f,\"p99_ms\":%.3f}",
                    row.name(), row.millis(0.5), row.millis(0.99)));
        }
        var line = "{\"scenario\":\"door-flood\",\"ratio\":{},\"latency\":{" + String.join(",", json) + "}}";
        System.out.println(table);
        System.out.println(line);
        var directory = Files.createDirectories(module.resolve("target/results"));
        Files.writeString(directory.resolve("door-flood.json"), line + "\n");
        Files.writeString(directory.resolve("door-flood.txt"), table);
    }
}
