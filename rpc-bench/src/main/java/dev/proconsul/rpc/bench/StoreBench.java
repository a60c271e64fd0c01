package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The state at scale, in one process: what a write costs while the tables grow, what the rows take in memory, calls of
/// the full store, and blocking queries held while writes wake some. Ours alone. The script `rpc-bench/bench` starts
/// it.
public final class StoreBench {
    private static final String CALLS = "calls";
    private static final String WAITERS = "waiters";
    private static final String GROWTH = "growth"; // comes first in any case
    private static final List<String> PARTS = List.of(GROWTH, CALLS, WAITERS);

    private final StoreSizes sizes;
    private final List<String> texts = new ArrayList<>();
    private final List<String> pages = new ArrayList<>();
    private final List<String> json = new ArrayList<>();

    private StoreBench(StoreSizes sizes) {
        this.sizes = sizes;
    }

    /// Measures and prints.
    ///
    /// @param args the directory of this module, `store`, and perhaps `--quick` and some of the parts
    public static void main(String[] args) {
        var words = new ArrayList<>(Arrays.asList(args).subList(2, args.length));
        var sizes = words.remove("--quick") ? StoreSizes.QUICK : StoreSizes.FULL;
        if (!PARTS.containsAll(words)) {
            System.err.println("usage: bench store [--quick] [growth|calls|waiters]...");
            System.exit(2);
        }
        try {
            new StoreBench(sizes).run(Path.of(args[0]), words.isEmpty() ? PARTS : words);
            System.exit(0);
        } catch (InterruptedException e) {
            System.exit(130);
        } catch (Exception e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        }
    }

    private void run(Path module, List<String> parts) throws Exception {
        warmUp();
        try (var server = start()) {
            say("%,d KV entries, %,d nodes with five services and three checks each; heap of %,d MB, %s; %d processors".formatted(
                    sizes.entries(), sizes.nodes(), Runtime.getRuntime().maxMemory() >> 20,
                    ManagementFactory.getGarbageCollectorMXBeans().getFirst().getName().split(" ")[0],
                    Runtime.getRuntime().availableProcessors()));
            fill(server);
            if (parts.contains(CALLS)) {
                calls(server);
            }
            if (parts.contains(WAITERS)) {
                waiters(server);
            }
        }
        save(module);
    }

    private static RpcServer start() throws IOException {
        return RpcServer.start(ServerConfig.dev().withServerPort(0));
    }

    /// What comes first would else be measured with code that is not compiled yet.
    private void warmUp() throws Exception {
        var some = new StoreSizes(10_000, 100, 0, 1_000, sizes.batch(), sizes.callers(), sizes.warmUp(), sizes.round(),
                sizes.waiting());
        for (int i = 0; i < 2; i++) {
            try (var server = start()) {
                var growth = new StoreGrowth(server.endpoints(), some);
                growth.fillKv(_ -> { });
                growth.fillCatalog();
            }
        }
    }

    private void fill(RpcServer server) throws Exception {
        var growth = new StoreGrowth(server.endpoints(), sizes);
        var empty = Memory.used();
        var writes = new ArrayList<StoreCalls.Row>();
        var rows = new ArrayList<>(growth.fillKv(
                size -> writes.add(new StoreCalls(server.address(), sizes).writes(size))));
        var withKv = Memory.used();
        rows.addAll(growth.fillCatalog());
        var withBoth = Memory.used();
        show(StoreGrowth.table(rows));
        rows.forEach(row -> json.add(format("{\"rows_of\":\"%s\",\"rows\":%d,\"write_us\":%.2f,\"write_bytes\":%.0f}",
                row.table(), row.size(), row.micros(), row.bytes())));

        showCalls(writes);

        double entry = (double) withKv.minus(empty).live() / sizes.entries();
        double node = (double) withBoth.minus(withKv).live() / sizes.nodes();
        var table = new Table("memory of", "bytes");
        table.add("a KV entry, 26 bytes of key and 128 of value", format("%,.0f", entry));
        table.add("a node with its services and checks", format("%,.0f", node));
        show(table);
        json.add(format("{\"entry_bytes\":%.0f,\"node_bytes\":%.0f}", entry, node));
    }

    private void calls(RpcServer server) throws Exception {
        showCalls(new StoreCalls(server.address(), sizes).run());
    }

    private void showCalls(List<StoreCalls.Row> rows) {
        show(StoreCalls.table(rows));
        rows.forEach(row -> json.add(format(
                "{\"call\":\"%s\",\"callers\":%d,\"rate\":%.0f,\"p50_us\":%.0f,\"p99_us\":%.0f,\"cpu_us\":%.1f,\"others\":%.2f}",
                row.call(), row.callers(), row.sample().rate(), row.sample().p50Micros(), row.sample().p99Micros(),
                row.sample().cpuMicros(), row.sample().others())));
    }

    private void waiters(RpcServer server) throws Exception {
        var outcome = new StoreWaiters(server.endpoints(), sizes).run();
        say("%,d blocking queries held, %,.0f bytes each; %,.0f writes per second that wake ten each; %.2f processors in use, %.0f %% used by others"
                .formatted(outcome.held(), outcome.bytes(), outcome.writes(), outcome.cores(), outcome.others() * 100));
        var table = new Table("woken by a write", "p50 ms", "p99 ms", "longest ms");
        table.add("of a key", millis(outcome.kv().get(0)), millis(outcome.kv().get(1)), millis(outcome.kv().get(2)));
        table.add("of a service", millis(outcome.health().get(0)), millis(outcome.health().get(1)),
                millis(outcome.health().get(2)));
        show(table);
        json.add(format("{\"held\":%d,\"bytes\":%.0f,\"writes\":%.0f,\"kv_p99_ms\":%.2f,\"health_p99_ms\":%.2f,\"cores\":%.2f}",
                outcome.held(), outcome.bytes(), outcome.writes(), outcome.kv().get(1), outcome.health().get(1),
                outcome.cores()));
    }

    private static String millis(double value) {
        return format("%.2f", value);
    }

    private void say(String line) {
        System.out.println("\n" + line);
        texts.add("\n" + line + "\n");
        pages.add(line + "\n");
    }

    private void show(Table table) {
        System.out.println("\n" + table.text());
        texts.add("\n" + table.text());
        pages.add(table.markdown());
    }

    private void save(Path module) throws IOException {
        var line = json.stream().collect(
                Collectors.joining(",", "{\"scenario\":\"store\",\"ratio\":{},\"store\":[", "]}"));
        System.out.println(line);
        var directory = Files.createDirectories(module.resolve("target/results"));
        Files.writeString(directory.resolve("store.txt"), String.join("", texts));
        Files.writeString(directory.resolve("store.md"), "**store**: " + String.join("\n", pages));
        Files.writeString(directory.resolve("store.json"), line + "\n");
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
