package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.Health;
import dev.proconsul.rpc.structs.KVS;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Calls of the full store, over one connection on loopback: client, pool, yamux, server, endpoint, and back. Both ends
/// are in this process, so processor time is that of both.
final class StoreCalls {
    /// Not among those that the growth of the table is measured with: a write of what is there already is none.
    private static final int FIRST_NUMBER = 1 << 20;

    private final InetSocketAddress server;
    private final StoreSizes sizes;
    private final AtomicInteger number = new AtomicInteger(FIRST_NUMBER);

    StoreCalls(InetSocketAddress server, StoreSizes sizes) {
        this.server = server;
        this.sizes = sizes;
    }

    /// @param call    which
    /// @param callers at the same time
    /// @param sample  what came of it
    record Row(String call, int callers, Sample sample) {}

    List<Row> run() throws Exception {
        var rows = new ArrayList<Row>();
        try (var client = RpcClient.connect(ClientConfig.of(server))) {
            for (var each : operations(client).entrySet()) {
                for (int callers : sizes.callers()) {
                    rows.add(new Row(each.getKey(), callers, measured(callers, each.getValue())));
                }
            }
        }
        return rows;
    }

    /// Writes KV entries that exist.
    /// @param entries how many exist
    Row writes(int entries) throws Exception {
        int callers = sizes.callers().getFirst();
        try (var client = RpcClient.connect(ClientConfig.of(server))) {
            var sample = measured(callers, () -> client.call(
                    KVS.APPLY, StoreData.put(StoreData.key(any(entries)), number.incrementAndGet())));
            return new Row("KVS.Apply to %,d".formatted(entries), callers, sample);
        }
    }

    private Sample measured(int callers, Operation operation) throws Exception {
        Load.run(callers, sizes.warmUp(), _ -> operation);
        var cpu = Cpu.now();
        var measured = Load.run(callers, sizes.round(), _ -> operation);
        return Sample.of(measured, cpu.ours(), cpu.others());
    }

    private Map<String, Operation> operations(RpcClient client) {
        var operations = new LinkedHashMap<String, Operation>();
        operations.put("KVS.Get", () -> expect(1,
                client.call(KVS.GET, StoreData.read(StoreData.key(any(sizes.entries())))).entries().size()));
        operations.put("KVS.List of 100", () -> expect(StoreData.UNDER_PREFIX, client.call(KVS.LIST,
                StoreData.read(StoreData.prefix(any(sizes.entries() / StoreData.UNDER_PREFIX)))).entries().size()));
        operations.put("Health.ServiceNodes of 50", () -> expect(StoreData.INSTANCES, client.call(
                Health.SERVICE_NODES, StoreData.instancesOf(any(sizes.services()))).nodes().size()));
        operations.put("Catalog.Register", () -> register(client));
        return operations;
    }

    private void register(RpcClient client) throws CallException, InterruptedException {
        client.call(Catalog.REGISTER, StoreData.register(
                any(sizes.nodes()), any(StoreData.SERVICES_OF_NODE), sizes.services(), any(60_000)));
    }

    private static int any(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
    }

    private static void expect(int rows, int got) {
        if (rows != got) {
            throw new IllegalStateException("expected " + rows + " rows, got " + got);
        }
    }

    static Table table(List<Row> rows) {
        var table = new Table("call", "callers", "per second", "p50 ms", "p99 ms", "CPU us", "others");
        for (var row : rows) {
            var sample = row.sample();
            table.add(row.call(), Integer.toString(row.callers()), "%,.0f".formatted(sample.rate()),
                    "%.2f".formatted(sample.p50Micros() / 1e3), "%.2f".formatted(sample.p99Micros() / 1e3),
                    "%.1f".formatted(sample.cpuMicros()), "%.0f %%".formatted(sample.others() * 100));
        }
        return table;
    }

    /// Processor time from some moment on.
    ///
    /// @param start when, nanoseconds
    /// @param own   of this process until then
    /// @param all   of the machine until then
    record Cpu(long start, Duration own, Duration all) {
        static Cpu now() throws IOException {
            return new Cpu(System.nanoTime(), process(), Machine.busy());
        }

        private static Duration process() {
            return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        }

        /// {@return what this process has used since}
        Duration ours() {
            return process().minus(own);
        }

        /// {@return which part of the machine others have had since}
        double others() throws IOException {
            return Machine.others(Machine.busy().minus(all), ours(), Duration.ofNanos(System.nanoTime() - start));
        }
    }
}
