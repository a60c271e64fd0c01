package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.CallOptions;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.client.Watch;
import dev.proconsul.rpc.client.WatchOptions;
import dev.proconsul.rpc.client.WatchState;
import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.ConnectProxyConfig;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.ServiceConnect;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Watches of services against a server in this process: by a stream, and with the results of a blocking query.
class StreamedWatchTest {
    private static final CallOptions NO_STREAMS =
            CallOptions.DEFAULT.withWatching(WatchOptions.DEFAULT.withStreams(false));

    private static ClientConfig config(TestServer server) {
        return ClientConfig.of(server.addressText());
    }

    private static void register(RpcClient client, String node, String id, String status) throws Exception {
        client.catalog().register(RegisterRequest.ZERO.withNode(node).withAddress("10.0.0.1")
                .withService(NodeService.ZERO.withId(id).withService("web").withPort(80).withTags(List.of("v1"))
                        .withMeta(Map.of("a", "b")).withConnect(new ServiceConnect(true, null, null))
                        .withProxy(ConnectProxyConfig.ZERO.withConfig(Map.of("protocol", "http", "limit", 7L))))
                .withChecks(List.of(HealthCheck.ZERO.withNode(node).withCheckID(id + "-c").withServiceID(id)
                        .withStatus(status))));
    }

    private static List<String> ids(List<CheckServiceNode> instances) {
        return instances.stream().map(instance -> instance.service().id()).toList();
    }

    /// Takes values until one satisfies; those in between may be missed.
    private static Watch.Update<List<CheckServiceNode>> until(
            Watch<List<CheckServiceNode>> watch, List<String> wanted) throws Exception {
        var update = watch.next();
        while (!ids(update.value()).equals(wanted)) {
            update = watch.next();
        }
        return update;
    }

    @Test
    @DisplayName("issue 8: a stream and a blocking query give the same values, and each says which it is")
    void givesTheSameResults() throws Exception {
        try (var server = TestServer.start(); var client = RpcClient.connect(config(server));
                var stream = client.health().watchService("web");
                var passing = client.health().watchPassing("web");
                var query = client.health().with(NO_STREAMS).watchService("web")) {
            assertEquals(List.of(), stream.next().value());
            register(client, "n2", "w2", "passing");
            register(client, "n1", "w1", "critical");
            var streamed = until(stream, List.of("w1", "w2"));
            var queried = until(query, List.of("w1", "w2"));

            assertEquals(Watch.Mode.STREAM, streamed.mode());
            assertEquals(Watch.Mode.BLOCKING_QUERY, queried.mode());
            assertEquals(queried.value(), streamed.value());
            assertEquals(queried.index(), streamed.index());
            assertEquals(Watch.Mode.STREAM, until(passing, List.of("w2")).mode());
            client.catalog().deregisterService("n2", "w2");
            until(stream, List.of("w1"));
            until(passing, List.of());
        }
    }

    @Test
    @DisplayName("issue 8, topic ServiceHealthConnect: proxies of a service, what speaks the mesh's TLS, either way")
    void followsTheMesh() throws Exception {
        try (var server = TestServer.start(); var client = RpcClient.connect(config(server));
                var stream = client.health().watchConnect("web");
                var query = client.health().with(NO_STREAMS).watchConnect("web")) {
            register(client, "n1", "native", "passing");
            client.catalog().register(RegisterRequest.ZERO.withNode("n2").withAddress("10.0.0.2")
                    .withService(NodeService.ZERO.withKind("connect-proxy").withId("proxy").withService("web-proxy")
                            .withPort(81)
                            .withProxy(ConnectProxyConfig.ZERO.withDestinationServiceName("web"))));
            client.catalog().register(RegisterRequest.ZERO.withNode("n2").withAddress("10.0.0.2")
                    .withService(NodeService.ZERO.withId("plain").withService("web").withPort(82)));
            var streamed = until(stream, List.of("native", "proxy"));
            var queried = until(query, List.of("native", "proxy"));

            assertEquals(Watch.Mode.STREAM, streamed.mode());
            assertEquals(Watch.Mode.BLOCKING_QUERY, queried.mode());
            assertEquals(queried.value(), streamed.value());
            assertEquals(streamed.value(), client.health().connect("web"));
            client.catalog().deregisterService("n2", "proxy");
            until(stream, List.of("native"));
        }
    }

    @Test
    @DisplayName("calls.md 1, rpc.enable_streaming: a server without streams is asked blocking queries")
    void asksAServerWithoutStreams() throws Exception {
        try (var server = TestServer.start(config -> config.withStreaming(false));
                var client = RpcClient.connect(config(server)); var watch = client.health().watchService("web")) {
            assertEquals(Watch.Mode.BLOCKING_QUERY, watch.next().mode());
            register(client, "n1", "w1", "passing");
            assertEquals(Watch.Mode.BLOCKING_QUERY, until(watch, List.of("w1")).mode());
            assertEquals(0, server.counter("subscribe.subscriptions"));
        }
    }

    @Test
    @DisplayName("issue 8: identical watches share a subscription; the server is free of it within a second of the last")
    void sharesSubscriptions() throws Exception {
        try (var server = TestServer.start(); var client = RpcClient.connect(config(server))) {
            var watches = new ArrayList<Watch<List<CheckServiceNode>>>();
            for (int i = 0; i < 100; i++) {
                watches.add(client.health().watchService(i % 2 == 0 ? "web" : "db"));
                watches.getLast().next();
            }
            assertEquals(2, server.counter("subscribe.subscriptions"));
            watches.subList(1, 100).forEach(Watch::close);
            Conditions.within(Duration.ofSeconds(1), () -> server.counter("subscribe.subscriptions") == 1,
                    () -> server.counter("subscribe.subscriptions") + " are held");
            register(client, "n1", "w1", "passing");
            assertEquals(List.of("w1"), ids(watches.getFirst().next().value()));
            watches.getFirst().close();
            Conditions.within(Duration.ofSeconds(1), () -> server.counter("subscribe.subscriptions") == 0,
                    () -> server.counter("subscribe.subscriptions") + " are held");
        }
    }

    @Test
    @DisplayName("S13: after a restore the stream begins anew, and the watch ends with what was restored")
    void followsRestores() throws Exception {
        try (var server = TestServer.start(); var client = RpcClient.connect(config(server))) {
            register(client, "n1", "w1", "passing");
            var snapshots = client.snapshots().with(CallOptions.DEFAULT.withDatacenter("dc1"));
            byte[] archive;
            try (var saving = snapshots.save()) {
                archive = saving.archive().readAllBytes();
            }
            register(client, "n2", "w2", "passing");
            try (var watch = client.health().watchService("web")) {
                until(watch, List.of("w1", "w2"));
                snapshots.restore(new ByteArrayInputStream(archive));
                assertEquals(Watch.Mode.STREAM, until(watch, List.of("w1")).mode());
            }
        }
    }

    @Test
    @DisplayName("S24: a server that goes away and comes back is streamed from again")
    void outlivesRestarts() throws Exception {
        int port;
        try (var first = RpcServer.start(ServerConfig.dev().withServerPort(0).withDrainTime(Duration.ofMillis(50)))) {
            port = first.address().getPort();
        }
        var config = ServerConfig.dev().withServerPort(port).withDrainTime(Duration.ofMillis(50));
        var server = RpcServer.start(config);
        try (var client = RpcClient.connect(ClientConfig.of("127.0.0.1:" + port));
                var watch = client.health().watchService("web")) {
            register(client, "n1", "w1", "passing");
            until(watch, List.of("w1"));
            server.close();
            Conditions.within(Duration.ofSeconds(10), () -> watch.state() instanceof WatchState.Failing,
                    () -> "the watch is " + watch.state());
            server = RpcServer.start(config);
            until(watch, List.of());
            register(client, "n3", "w3", "passing");
            until(watch, List.of("w3"));
            assertTrue(watch.state() instanceof WatchState.Live);
        } finally {
            server.close();
        }
    }

    @Test
    void filtersAndQuorumsNeedQueries() throws Exception {
        try (var server = TestServer.start(); var client = RpcClient.connect(config(server))) {
            register(client, "n1", "w1", "passing");
            for (var options : List.of(CallOptions.DEFAULT.withFilter("Service.Port == 80"),
                    CallOptions.DEFAULT.withConsistency(CallOptions.Consistency.CONSISTENT))) {
                try (var watch = client.health().with(options).watchService("web")) {
                    assertEquals(Watch.Mode.BLOCKING_QUERY, until(watch, List.of("w1")).mode());
                }
            }
        }
    }
}
