package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.internal.ServerHealth;
import dev.proconsul.rpc.client.internal.ServerList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rows of `calls.md` section 10 on router and manager, on virtual time, and the breaker.
class ServerRouterTest {
    private static final CallException REFUSED = new CallException.Refused("a", "an error of the method");
    private static final CallException LOST =
            new CallException.NotSent("cannot connect", null, Reason.NO_CONNECTION, null);

    private final VirtualTime time = new VirtualTime();
    private final Set<String> dead = ConcurrentHashMap.newKeySet();
    private final Map<String, Duration> rtts = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> pinged = new ConcurrentLinkedQueue<>();
    private volatile Runnable duringPing = () -> {};
    private final ServerRouter router = router(ServerRouter.Settings.ofClient("dc1"));

    private ServerRouter router(ServerRouter.Settings settings) {
        return new ServerRouter(settings, this::ping, time, new SplittableRandom(7));
    }

    private Duration ping(ServerInfo server, Duration timeout) throws CallException {
        pinged.add(server.node());
        duringPing.run();
        if (dead.contains(server.node())) {
            throw LOST;
        }
        return rtts.getOrDefault(server.node(), Duration.ofMillis(1));
    }

    private static ServerInfo server(String node, String datacenter) {
        return new ServerInfo(node + "-id", node, datacenter, node + ":8300");
    }

    private static ServerInfo server(String node) {
        return server(node, "dc1");
    }

    private void join(String... nodes) {
        for (var node : nodes) {
            router.lan().joined(server(node));
        }
    }

    private List<String> order() {
        return router.servers().stream().map(known -> known.server().node()).toList();
    }

    private Optional<String> next() {
        return router.findLocal().map(ServerInfo::node);
    }

    @Test
    @DisplayName("calls M1: A, B, C, and A fails a call: B, C, A")
    void theFirstGoesLast() {
        join("a", "b", "c");
        router.failed(server("a"), REFUSED);
        assertEquals(List.of("b", "c", "a"), order());
        assertEquals(Optional.of("b"), next());
    }

    @Test
    @DisplayName("calls M2: A, B, and B fails: the order stays")
    void anotherThanTheFirstStays() {
        join("a", "b");
        router.failed(server("b"), REFUSED);
        assertEquals(List.of("a", "b"), order());
    }

    @Test
    @DisplayName("calls M3, M11: a single server is asked again, whatever it did")
    void theOnlyOneStays() throws InterruptedException {
        join("a");
        dead.add("a");
        router.failed(server("a"), LOST);
        router.rebalance("dc1");
        assertEquals(List.of("a"), order());
        assertEquals(Optional.of("a"), next());
        assertTrue(router.find("dc1").isEmpty(), "out of reach for others");
    }

    @Test
    @DisplayName("calls M4: a server that joins comes last")
    void newOnesComeLast() {
        join("b", "c", "a");
        assertEquals(List.of("b", "c", "a"), order());
    }

    @Test
    @DisplayName("calls M5: a server that changes stays in its place")
    void changedOnesStay() {
        join("a", "b");
        var changed = new ServerInfo("a-id", "a", "dc1", "10.0.0.9:8300");
        router.lan().joined(changed);
        assertEquals(List.of(changed, server("b")), router.servers().stream().map(KnownServer::server).toList());
    }

    @Test
    @DisplayName("calls M6: a member of the LAN that failed is removed")
    void failedInLan() {
        join("a", "b");
        router.lan().failed(server("a"));
        assertEquals(List.of("b"), order());
    }

    @Test
    @DisplayName("calls M7: a member of the WAN that failed goes last, and stays listed")
    void failedInWan() {
        router.wan().joined(server("a", "dc2"));
        router.wan().joined(server("b", "dc2"));
        router.wan().failed(server("a", "dc2"));
        assertEquals(List.of("b", "a"), order());
    }

    @Test
    @DisplayName("calls M8: a datacenter without servers is unknown")
    void theLastOneTakesItsDatacenterAlong() {
        router.wan().joined(server("a", "dc2"));
        assertTrue(router.hasDatacenter("dc2"));
        router.wan().left(server("a", "dc2"));
        assertFalse(router.hasDatacenter("dc2"));
        assertEquals(List.of(), router.datacenters());
    }

    @Test
    @DisplayName("calls M9: a datacenter where no ping was answered is out of reach; M10: until a server joins")
    void offline() throws InterruptedException {
        router.wan().joined(server("a", "dc2"));
        router.wan().joined(server("b", "dc2"));
        dead.addAll(List.of("a", "b"));
        router.rebalance("dc2");
        assertEquals(2, pinged.size());
        assertTrue(router.find("dc2").isEmpty());
        assertTrue(router.hasDatacenter("dc2"));

        router.wan().joined(server("c", "dc2"));
        assertEquals("c", router.find("dc2").orElseThrow().node());
    }

    @Test
    @DisplayName("calls M12: no server is known")
    void nobody() {
        assertTrue(router.findLocal().isEmpty());
        assertTrue(router.find("dc1").isEmpty());
    }

    @ParameterizedTest(name = "calls M13, M14: {0} servers, {1} nodes: {2} to {3} ms")
    @CsvSource({"3, 10, 120000, 180000", "0, 1000000, 120000, 180000", "1, 11520, 180000, 180000",
            "1, 11521, 180015, 180016", "1, 16384, 256000, 256000", "1, 65535, 1023984, 1023985",
            "5, 65535, 204796, 204797", "5, 1000000, 3125000, 3125000", "3, 1000000, 5208333, 5208334"})
    void untilRebalance(int servers, int nodes, long least, long most) {
        var list = new ServerList(new SplittableRandom(1));
        for (int i = 0; i < servers; i++) {
            list.add(server("s" + i), new ServerHealth(time, new SplittableRandom(1)));
        }
        var seen = new HashSet<Duration>();
        for (int i = 0; i < 200; i++) {
            var wait = list.untilRebalance(nodes);
            seen.add(wait);
            assertTrue(wait.toMillis() >= least && wait.toMillis() <= most, wait.toString());
        }
        assertEquals(least + 1 < most, seen.size() > 1, "spread where nothing else decides");
    }

    @Test
    @DisplayName("calls M13: the first shuffle comes after 2 min, others 2 to 3 min later")
    void rebalanceByTheClock() throws InterruptedException {
        join("a", "b", "c");
        time.advance(Duration.ofSeconds(119));
        router.tick();
        assertEquals(0, pinged.size());
        for (int expected = 1; expected < 5; expected++) {
            time.advance(expected == 1 ? Duration.ofSeconds(1) : Duration.ofMinutes(3));
            router.tick();
            waitForPings(expected);
            router.tick();
            assertEquals(expected, pinged.size());
            time.advance(Duration.ofSeconds(119));
            router.tick();
            assertEquals(expected, pinged.size());
            time.advance(Duration.ofSeconds(-119));
        }
    }

    private void waitForPings(int count) throws InterruptedException {
        for (int turns = 0; pinged.size() < count && turns < 100_000; turns++) {
            Thread.yield();
            Thread.onSpinWait();
        }
        assertEquals(count, pinged.size());
    }

    @Test
    @DisplayName("calls M15: a server needs no ping to itself")
    void selfIsHealthy() throws InterruptedException {
        var self = server("me");
        var own = router(ServerRouter.Settings.ofServer(self));
        own.wan().joined(self);
        dead.add("me");
        own.rebalance("dc1");
        assertEquals(0, pinged.size());
        assertEquals(self, own.find("dc1").orElseThrow());
    }

    @Test
    @DisplayName("calls M16: the server that was chosen leaves during its ping: the order stays")
    void chosenOneLeaves() throws InterruptedException {
        join("a", "b", "c");
        duringPing = () -> router.lan().left(server(pinged.peek()));
        router.rebalance("dc1");
        var rest = new ArrayList<>(List.of("a", "b", "c"));
        rest.remove(pinged.peek());
        assertEquals(rest, order());
    }

    @Test
    @DisplayName("calls M17: a server that joins during a ping is there afterwards; one that leaves is not")
    void joinsDuringPing() throws InterruptedException {
        join("a", "b", "c");
        duringPing = () -> {
            join("d");
            router.lan().left(server(pinged.peek().equals("a") ? "b" : "a"));
        };
        router.rebalance("dc1");
        assertEquals(3, order().size());
        assertEquals(pinged.peek(), order().getFirst());
        assertEquals("d", order().getLast());
    }

    @Test
    @DisplayName("calls M18: own datacenter, 10 ms, 30 ms, unknown; equal ones by name")
    void byDistance() throws InterruptedException {
        join("a");
        for (var node : List.of("x1", "x2", "x3")) {
            router.wan().joined(server(node, "dc-far"));
        }
        router.wan().joined(server("y", "dc-near"));
        rtts.putAll(Map.of("x1", Duration.ofMillis(1), "x2", Duration.ofMillis(30), "x3", Duration.ofMillis(99),
                "y", Duration.ofMillis(10), "a", Duration.ofMillis(50)));
        router.pingAll();
        router.wan().joined(server("v", "dc-v"));
        router.wan().joined(server("u", "dc-u"));
        assertEquals(List.of("dc1", "dc-near", "dc-far", "dc-u", "dc-v"), router.datacentersByDistance());
        assertEquals(List.of("dc-far", "dc-near", "dc-u", "dc-v", "dc1"), router.datacenters());
    }

    @Test
    @DisplayName("calls M20: a server of another datacenter among the members of the LAN is ignored")
    void strangersInLan() {
        join("a");
        router.lan().joined(server("b", "dc2"));
        assertEquals(List.of("a"), order());
    }

    @Test
    @DisplayName("calls F26: after any error the next call goes to another server")
    void anyErrorMovesOn() {
        join("a", "b");
        router.failed(server("a"), REFUSED);
        assertEquals(Optional.of("b"), next());
        router.failed(server("b"), LOST);
        assertEquals(Optional.of("a"), next());
    }

    @Test
    @DisplayName("a shuffle makes each server the first now and then")
    void shufflesSpread() throws InterruptedException {
        join("a", "b", "c");
        var firsts = new HashSet<String>();
        for (int i = 0; i < 50; i++) {
            router.rebalance("dc1");
            firsts.add(order().getFirst());
        }
        assertEquals(Set.of("a", "b", "c"), firsts);
    }

    @Test
    void aFailingServerIsLeftAloneUntilItAnswersAPing() throws InterruptedException {
        join("a", "b");
        dead.add("a");
        router.failed(server("a"), LOST);
        router.failed(server("b"), REFUSED); // which moves a to the front
        assertEquals(List.of("a", "b"), order());
        assertEquals(Optional.of("b"), next(), "b has answered");
        assertEquals(KnownServer.Health.FAILING, router.servers().getFirst().health());
        assertEquals(Optional.of("cannot connect"), router.servers().getFirst().problem());

        router.tick();
        assertEquals(0, pinged.size(), "back-off");
        time.advance(Duration.ofSeconds(1));
        router.tick();
        waitForPings(1);
        waitForFailures(2);
        dead.clear();
        time.advance(Duration.ofSeconds(2));
        router.tick();
        waitForPings(2);
        waitForFailures(0);
        assertEquals(Optional.of("a"), next());
        assertEquals(KnownServer.Health.PASSING, router.servers().getFirst().health());
        assertEquals(Optional.of(Duration.ofMillis(1)), router.servers().getFirst().rtt());
    }

    private void waitForFailures(int count) {
        for (int turns = 0; router.servers().getFirst().failures() != count && turns < 100_000; turns++) {
            Thread.yield();
        }
        assertEquals(count, router.servers().getFirst().failures());
    }

    @Test
    void backOffGrowsToHalfAMinuteAndDiffers() {
        var waits = new HashSet<Duration>();
        for (int seed = 0; seed < 20; seed++) {
            var health = new ServerHealth(time, new SplittableRandom(seed));
            long whole = 1000;
            for (int i = 0; i < 10; i++) {
                health.failed("x");
                long wait = health.retryIn().toMillis();
                assertTrue(wait >= whole / 2 && wait <= whole, i + ": " + wait);
                waits.add(health.retryIn());
                whole = Math.min(30_000, 2 * whole);
            }
        }
        assertTrue(waits.size() > 150, "jitter");
    }

    @Test
    void onlyOneProbesAtATime() {
        var health = new ServerHealth(time, new SplittableRandom(1));
        assertFalse(health.takeProbe());
        health.failed("x");
        assertFalse(health.takeProbe());
        time.advance(Duration.ofSeconds(1));
        assertTrue(health.takeProbe());
        assertFalse(health.takeProbe());
        health.failed("x");
        time.advance(Duration.ofSeconds(2));
        assertTrue(health.takeProbe());
        health.succeeded();
        assertFalse(health.failing());
    }

    @Test
    void theLeaderIsFoundByItsAddress() {
        join("a", "b");
        assertTrue(router.leader().isEmpty());
        router.lan().leader("b:8300");
        assertEquals(server("b"), router.leader().orElseThrow());
        assertEquals(server("b"), router.byAddress("dc1", "b:8300").orElseThrow());
        router.lan().leader("c:8300");
        assertTrue(router.leader().isEmpty(), "not among the known servers");
    }

    @Test
    void anInterruptedRebalanceEnds() {
        join("a", "b");
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> router.rebalance("dc1"));
        assertFalse(Thread.currentThread().isInterrupted());
    }
}
