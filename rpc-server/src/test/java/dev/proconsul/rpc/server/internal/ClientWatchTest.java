package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.CallOptions;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.HealthClient;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.client.Watch;
import dev.proconsul.rpc.client.WatchOptions;
import dev.proconsul.rpc.client.WatchState;
import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.RegisterRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Watches of the client against a server in this process: the other side of the rows on blocking queries.
class ClientWatchTest {
    private static final int MANY = 6_000;

    private static ClientConfig config(TestServer server) {
        return ClientConfig.of(server.addressText());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Watch.Update<Optional<DirEntry>> update) {
        return update.value().map(entry -> entry.value().toUtf8()).orElse("absent");
    }

    private static void awaitWaiting(TestServer server, long number) throws Exception {
        server.awaitCounter("rpc.queries_blocking", number);
    }

    private static void awaitMany(TestServer server, long number) {
        Conditions.within(Duration.ofSeconds(50), () -> server.counter("rpc.queries_blocking") == number,
                () -> server.counter("rpc.queries_blocking") + " instead of " + number);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("calls.md 10 B1, B5, B8, B9, B10: a key that is absent, made, changed, removed; other writes are no news")
    void followsAKey(ClientConfig.Mode mode) throws Exception {
        try (var server = TestServer.start(); var client = RpcClient.connect(config(server).withMode(mode));
                var watch = client.kv().watch("a")) {
            assertEquals("absent", text(watch.next()));
            awaitWaiting(server, 1);
            client.kv().put("other", bytes("x"));
            client.kv().put("a", bytes("1"));
            assertEquals("1", text(watch.next()));
            client.kv().put("other", bytes("y"));
            client.kv().put("a", bytes("2"));
            var second = watch.next();
            assertEquals("2", text(second));
            client.kv().delete("a");
            var gone = watch.next();
            assertEquals("absent", text(gone));
            assertTrue(gone.index() > second.index());
            assertEquals(Watch.Mode.BLOCKING_QUERY, gone.mode());
        }
    }

    @Test
    @DisplayName("calls.md 10 B3: waits that end without news are asked again, and nothing is told")
    void timesOut() throws Exception {
        var quick = CallOptions.DEFAULT.withWatching(WatchOptions.DEFAULT.withPatience(Duration.ofMillis(20)));
        try (var server = TestServer.start(); var client = RpcClient.connect(config(server));
                var watch = client.kv().with(quick).watch("a")) {
            assertEquals("absent", text(watch.next()));
            long asked = server.counter("rpc.query");
            Conditions.within(Duration.ofSeconds(20), () -> server.counter("rpc.query") > asked + 5,
                    () -> "it was not asked again");
            assertEquals(new WatchState.Live(), watch.state());
            client.kv().put("a", bytes("1"));
            assertEquals("1", text(watch.next()));
        }
    }

    @Test
    @DisplayName("calls.md 10 B12: a restored snapshot with a lower index is seen at once")
    void restored() throws Exception {
        try (var server = TestServer.start(); var client = RpcClient.connect(config(server))) {
            client.kv().put("a", bytes("old"));
            var dc1 = CallOptions.DEFAULT.withDatacenter("dc1");
            var snapshot = new ByteArrayOutputStream();
            try (var saving = client.snapshots().with(dc1).save()) {
                saving.archive().transferTo(snapshot);
            }
            for (int i = 0; i < 20; i++) {
                client.kv().put("a", bytes("new" + i));
            }
            try (var watch = client.kv().watch("a")) {
                var before = watch.next();
                assertEquals("new19", text(before));
                awaitWaiting(server, 1);
                client.snapshots().with(dc1).restore(new ByteArrayInputStream(snapshot.toByteArray()));
                var after = watch.next();
                assertEquals("old", text(after));
                client.kv().put("a", bytes("newest"));
                assertEquals("newest", text(watch.next()));
            }
        }
    }

    @Test
    @DisplayName("calls.md 10 B13: a server that stops and comes back with another history is followed")
    void followsARestart() throws Exception {
        var config = ServerConfig.dev().withServerPort(0).withDrainTime(Duration.ofMillis(50));
        var first = RpcServer.start(config);
        int port = first.address().getPort();
        var patient = CallOptions.DEFAULT.withWatching(
                WatchOptions.DEFAULT.withPauses(Duration.ofMillis(5), Duration.ofMillis(20)));
        try (var client = RpcClient.connect(ClientConfig.of("127.0.0.1:" + port))) {
            for (int i = 0; i < 20; i++) {
                client.kv().put("a", bytes("first"));
            }
            try (var watch = client.kv().with(patient).watch("a")) {
                assertEquals("first", text(watch.next()));
                first.close();
                Conditions.within(Duration.ofSeconds(20),
                        () -> watch.state() instanceof WatchState.Failing failing && failing.failures() > 2,
                        () -> "it is " + watch.state());
                assertTrue(watch.age().orElseThrow().isPositive());
                assertEquals("first", text(watch.latest().orElseThrow()));
                try (var second = RpcServer.start(config.withServerPort(port));
                        var other = RpcClient.connect(ClientConfig.of("127.0.0.1:" + second.address().getPort()))) {
                    assertEquals("absent", text(watch.next()));
                    assertEquals(Optional.of(Duration.ZERO), watch.age());
                    other.kv().put("a", bytes("second"));
                    assertEquals("second", text(watch.next()));
                }
            }
        } finally {
            first.close();
        }
    }

    @Test
    @DisplayName("calls.md 10 B17: an error of the query is shown, and does not end the watch")
    void refused() throws Exception {
        try (var server = TestServer.start(); var client = RpcClient.connect(config(server));
                var watch = client.kv().with(CallOptions.DEFAULT.withDatacenter("nowhere")).watch("a")) {
            Conditions.within(Duration.ofSeconds(20), () -> watch.state() instanceof WatchState.Failing,
                    () -> "it is " + watch.state());
            var failing = assertInstanceOf(WatchState.Failing.class, watch.state());
            assertTrue(String.valueOf(failing.reason().getMessage()).contains("No path to datacenter"));
        }
    }

    @Test
    @DisplayName("services, their passing instances, nodes and checks can be watched")
    void followsTheCatalog() throws Exception {
        try (var server = TestServer.start(); var client = RpcClient.connect(config(server));
                var nodes = client.catalog().watchNodes();
                var services = client.catalog().watchServices();
                var instances = client.health().watchService("web");
                var passing = client.health().watchPassing("web");
                var critical = client.health().watchChecks(HealthClient.State.CRITICAL)) {
            int known = nodes.next().value().size();
            services.next();
            assertEquals(List.of(), instances.next().value());
            assertEquals(List.of(), passing.next().value());
            assertEquals(List.of(), critical.next().value());

            client.catalog().register(registration("passing"));
            assertEquals(known + 1, nodes.next().value().size());
            assertTrue(services.next().value().containsKey("web"));
            assertEquals(List.of("n1"), names(instances.next().value()));
            assertEquals(List.of("n1"), names(passing.next().value()));

            client.catalog().register(registration("critical"));
            assertEquals(List.of(), passing.next().value());
            assertEquals("alive", critical.next().value().getFirst().checkID());
            assertEquals(List.of("n1"), names(instances.next().value()));

            client.catalog().deregisterNode("n1");
            assertEquals(known, nodes.next().value().size());
            assertEquals(List.of(), instances.next().value());
            assertEquals(List.of(), critical.next().value());
        }
    }

    private static RegisterRequest registration(String status) {
        return RegisterRequest.ZERO.withNode("n1").withAddress("127.0.0.9")
                .withService(NodeService.ZERO.withService("web").withId("web"))
                .withCheck(HealthCheck.ZERO.withNode("n1").withCheckID("alive").withName("alive").withStatus(status));
    }

    private static List<String> names(List<CheckServiceNode> instances) {
        return instances.stream().map(CheckServiceNode::node)
                .map(node -> node == null ? Node.ZERO.node() : node.node()).toList();
    }

    @Test
    @DisplayName("a watch that is closed is freed at the server within a second, and other calls go on")
    void freedWhenClosed() throws Exception {
        try (var server = TestServer.start(); var client = RpcClient.connect(config(server))) {
            var one = client.kv().watch("a");
            try (var two = client.kv().watch("b")) {
                one.next();
                two.next();
                awaitWaiting(server, 2);
                one.close();
                Conditions.within(Duration.ofSeconds(1), () -> server.counter("rpc.queries_blocking") == 1,
                        () -> server.counter("rpc.queries_blocking") + " are held");
                client.kv().put("b", bytes("1"));
                assertEquals("1", text(two.next()));
            }
            awaitWaiting(server, 0);
        }
    }

    @Test
    @DisplayName("thousands share a connection: each is woken alone, and closing them at once spares other calls")
    void thousands() throws Exception {
        try (var server = TestServer.start(); var client = RpcClient.connect(config(server));
                var bystander = client.kv().watch("bystander")) {
            bystander.next();
            var watches = new ArrayList<Watch<Optional<DirEntry>>>();
            var told = new LinkedBlockingQueue<String>();
            for (int i = 0; i < MANY; i++) {
                var watch = client.kv().watch("k" + i);
                watch.listen(update -> update.value().ifPresent(entry -> told.add(entry.key())));
                watches.add(watch);
            }
            awaitMany(server, MANY + 1);
            for (int i : new int[] {0, 17, MANY - 1}) {
                client.kv().put("k" + i, bytes("x"));
                assertEquals("k" + i, told.poll(20, TimeUnit.SECONDS));
            }
            assertTrue(told.isEmpty());
            watches.forEach(Watch::close);
            awaitMany(server, 1);
            assertEquals(new WatchState.Live(), bystander.state());
            client.kv().put("bystander", bytes("1"));
            assertEquals("1", text(bystander.next()));
        }
    }

    @Test
    @DisplayName("closing the client ends its watches, and leaves no thread")
    void clientClosed() throws Exception {
        try (var server = TestServer.start()) {
            Watch<Optional<DirEntry>> watch;
            try (var client = RpcClient.connect(config(server))) {
                watch = client.kv().watch("a");
                watch.next();
                awaitWaiting(server, 1);
            }
            Conditions.within(Duration.ofSeconds(20), () -> watch.state() instanceof WatchState.Ended,
                    () -> "it is " + watch.state());
            assertEquals(new WatchState.Ended(Optional.empty()), watch.state());
            awaitWaiting(server, 0);
        }
    }
}
