package dev.proconsul.rpc.bench;

import com.sun.management.ThreadMXBean;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.EndpointTable;
import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.Method;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/// What a write costs while the tables grow: time and garbage of `KVS.Apply` and `Catalog.Register`, in this process,
/// by one caller, on rows that exist.
final class StoreGrowth {
    private static final int ROUNDS = 7;
    private static final int STEP = 10;
    private static final double MICRO = 1e3;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final EndpointTable endpoints;
    private final StoreSizes sizes;
    private final List<Row> rows = new ArrayList<>();

    StoreGrowth(EndpointTable endpoints, StoreSizes sizes) {
        this.endpoints = endpoints;
        this.sizes = sizes;
    }

    /// @param table  which
    /// @param size   its rows
    /// @param micros of one write, in the calmest round
    /// @param bytes  that one write allocates, request not included
    record Row(String table, int size, double micros, double bytes) {}

    /// Measures something more of a table that has some size now.
    @FunctionalInterface
    interface Stop {
        /// @param rows the size
        void at(int rows) throws Exception;
    }

    /// Fills the KV table, and stops on the way to measure.
    /// @param more what else is measured at each stop
    List<Row> fillKv(Stop more) throws Exception {
        int filled = 0;
        for (int size = sizes.smallest(); size <= sizes.entries(); size *= STEP) {
            for (; filled < size; filled++) {
                endpoints.call(KVS.APPLY, StoreData.put(StoreData.key(filled), 0));
            }
            int keys = size;
            rows.add(measure("KV entries", size, KVS.APPLY,
                    number -> StoreData.put(StoreData.key(ThreadLocalRandom.current().nextInt(keys)), number)));
            more.at(size);
        }
        return List.copyOf(rows);
    }

    /// Fills the catalog, and stops on the way to measure.
    List<Row> fillCatalog() throws RpcException, InterruptedException {
        rows.clear();
        int services = sizes.services();
        int filled = 0;
        for (int size = sizes.nodes() / STEP / STEP; size <= sizes.nodes(); size *= STEP) {
            for (; filled < size; filled++) {
                for (int slot = 0; slot < StoreData.SERVICES_OF_NODE; slot++) {
                    endpoints.call(Catalog.REGISTER, StoreData.register(filled, slot, services, 80));
                }
            }
            int nodes = size;
            rows.add(measure("nodes", size, Catalog.REGISTER, number -> StoreData.register(
                    ThreadLocalRandom.current().nextInt(nodes), StoreData.SERVICES_OF_NODE - 1, services, number)));
        }
        return List.copyOf(rows);
    }

    private <Q, R> Row measure(String table, int size, Method<Q, R> method, IntFunction<Q> request)
            throws RpcException, InterruptedException {
        long best = Long.MAX_VALUE;
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            var requests = new ArrayList<Q>();
            for (int i = 0; i < sizes.batch(); i++) {
                requests.add(request.apply(1 + round * sizes.batch() + i));
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            for (var each : requests) {
                endpoints.call(method, each);
            }
            best = Math.min(best, System.nanoTime() - start);
            bytes = Math.min(bytes, THREADS.getCurrentThreadAllocatedBytes() - allocated);
        }
        return new Row(table, size, best / MICRO / sizes.batch(), (double) bytes / sizes.batch());
    }

    /// {@return the rows, and how each compares to the first: "log" is what a cost would be that grows as the
    /// logarithm}
    static Table table(List<Row> rows) {
        var table = new Table("a write to a table of", "rows", "us", "bytes", "us, to first", "bytes, to first", "log");
        var first = rows.getFirst();
        for (var row : rows) {
            first = first.table().equals(row.table()) ? first : row;
            table.add(row.table(), format("%,d", row.size()), format("%.2f", row.micros()),
                    format("%,.0f", row.bytes()),
                    format("%.2f", row.micros() / first.micros()), format("%.2f", row.bytes() / first.bytes()),
                    format("%.2f", Math.log(row.size()) / Math.log(first.size())));
        }
        return table;
    }

    private static String format(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
