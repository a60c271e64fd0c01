package dev.proconsul.rpc.bench;

import java.time.Duration;
import java.util.List;

/// How much the `store` scenario stores and waits for.
///
/// @param entries       of KV
/// @param nodes         with five services and three checks each
/// @param waiters       blocking queries that are held
/// @param smallest      number of entries at which a write is first measured; then always ten times as many
/// @param batch         writes in one round of that
/// @param callers       of calls at the same time, one number after another
/// @param warmUp        before each kind of call
/// @param round         of each kind of call
/// @param waiting       of the writes that wake waiters
record StoreSizes(int entries, int nodes, int waiters, int smallest, int batch, List<Integer> callers,
        Duration warmUp, Duration round, Duration waiting) {
    private static final List<Integer> CALLERS = List.of(64, 1_024);

    static final StoreSizes FULL = new StoreSizes(1_000_000, 10_000, 100_000, 1_000, 20_000, CALLERS,
            Duration.ofSeconds(3), Duration.ofSeconds(4), Duration.ofSeconds(20));
    static final StoreSizes QUICK = new StoreSizes(100_000, 1_000, 10_000, 1_000, 5_000, CALLERS,
            Duration.ofMillis(400), Duration.ofMillis(800), Duration.ofSeconds(5));

    /// Keeps its own list.
    StoreSizes {
        callers = List.copyOf(callers);
    }

    /// Services have fifty instances each.
    int services() {
        return nodes * StoreData.SERVICES_OF_NODE / StoreData.INSTANCES;
    }
}
