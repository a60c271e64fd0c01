package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreBenchTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final StoreSizes SMALL =
            new StoreSizes(1_000, 100, 500, 100, 10, List.of(2, 4), SHORT, SHORT, Duration.ofSeconds(1));

    @Test
    void partsAgreeAboutWhatIsStored() throws Exception {
        try (var server = RpcServer.start(ServerConfig.dev().withServerPort(0))) {
            var growth = new StoreGrowth(server.endpoints(), SMALL);
            var writes = new ArrayList<StoreCalls.Row>();
            var kv = growth.fillKv(size -> writes.add(new StoreCalls(server.address(), SMALL).writes(size)));
            var catalog = growth.fillCatalog();
            assertEquals(2, kv.size(), "100 and 1,000 entries");
            assertEquals(List.of("KVS.Apply to 100", "KVS.Apply to 1,000"),
                    writes.stream().map(StoreCalls.Row::call).toList());
            assertTrue(writes.stream().allMatch(row -> row.sample().rate() > 0));
            assertEquals(3, catalog.size(), "1, 10 and 100 nodes");
            assertTrue(kv.getFirst().bytes() > 0 && catalog.getFirst().micros() > 0);

            var calls = new StoreCalls(server.address(), SMALL).run(); // throws when a reply has other rows than expected
            assertEquals(8, calls.size(), "four kinds of call, by two and by four callers");

            var outcome = new StoreWaiters(server.endpoints(), SMALL).run(); // throws when somebody is not woken, or in vain
            assertEquals(500, outcome.held());
            assertTrue(outcome.kv().get(0) > 0 && outcome.health().get(0) > 0, "both kinds of waiters were woken");
        }
    }
}
