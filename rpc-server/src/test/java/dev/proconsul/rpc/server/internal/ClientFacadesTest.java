package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallOptions;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.HealthClient;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.client.TxnClient;
import dev.proconsul.rpc.endpoints.AclConfig;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLRole;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenPolicyLink;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.PreparedQuery;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import dev.proconsul.rpc.structs.ServiceQuery;
import dev.proconsul.rpc.structs.ServiceSpecificRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The client's facades against a server in this process.
class ClientFacadesTest {
    private static final String ROOT = "11111111-2222-3333-4444-555555555555";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private interface Story {
        void tell(RpcClient client) throws Exception;
    }

    private static void withServer(Story story) throws Exception {
        try (var server = TestServer.start(); var client = RpcClient.connect(ClientConfig.of(server.addressText()))) {
            client.catalog().register(RegisterRequest.ZERO.withNode("n1").withAddress("127.0.0.9")
                    .withService(NodeService.ZERO.withService("web").withId("web1").withPort(80)
                            .withTags(List.of("v1")))
                    .withCheck(HealthCheck.ZERO.withNode("n1").withCheckID("alive").withName("alive")
                            .withStatus("passing")));
            story.tell(client);
        }
    }

    @Test
    @DisplayName("catalog")
    void catalog() throws Exception {
        withServer(client -> {
            var catalog = client.catalog();
            assertEquals(List.of("dc1"), catalog.datacenters());
            assertTrue(catalog.nodes().stream().map(Node::node).toList().contains("n1"));
            assertEquals(List.of("v1"), catalog.services().get("web"));
            assertTrue(catalog.serviceNames().contains("web"));
            assertEquals(80, catalog.service("web").getFirst().servicePort());
            assertEquals(List.of(), catalog.find(ServiceSpecificRequest.ZERO.withServiceName("web").withTagFilter(true)
                    .withServiceTags(List.of("v2"))));
            assertTrue(catalog.node("n1").orElseThrow().services().containsKey("web1"));
            assertEquals(Optional.empty(), catalog.node("nobody"));
            assertEquals(List.of(), catalog.gatewayServices("gate"));
            var filtered = catalog.with(CallOptions.DEFAULT.withFilter("Node == nobody"));
            assertEquals(List.of(), filtered.nodes());

            catalog.deregisterCheck("n1", "alive");
            assertEquals(List.of(), client.health().nodeChecks("n1"));
            catalog.deregisterService("n1", "web1");
            assertEquals(List.of(), catalog.service("web"));
            catalog.deregisterNode("n1");
            assertEquals(Optional.empty(), catalog.node("n1"));
        });
    }

    @Test
    @DisplayName("health")
    void health() throws Exception {
        withServer(client -> {
            var health = client.health();
            assertEquals(1, health.service("web").size());
            assertEquals(1, health.passing("web").size());
            assertEquals(1, health.find(ServiceSpecificRequest.ZERO.withServiceName("web")).size());
            assertEquals("alive", health.nodeChecks("n1").getFirst().checkID());
            assertEquals(List.of(), health.serviceChecks("web"));
            assertEquals("alive", health.checks(HealthClient.State.PASSING).getFirst().checkID());
            assertEquals(List.of(), health.checks(HealthClient.State.WARNING));
        });
    }

    @Test
    @DisplayName("sessions, and the locks of keys")
    void sessions() throws Exception {
        withServer(client -> {
            var sessions = client.sessions();
            var id = sessions.create("n1", Duration.ofSeconds(30));
            assertEquals("n1", sessions.get(id).orElseThrow().node());
            assertEquals(id, sessions.renew(id).orElseThrow().id());
            assertEquals(1, sessions.list().size());
            assertEquals(1, sessions.ofNode("n1").size());
            assertTrue(client.kv().lock("leader", bytes("me"), id));
            var other = sessions.create("n1", Duration.ofSeconds(30));
            assertFalse(client.kv().lock("leader", bytes("you"), other));
            assertTrue(client.kv().unlock("leader", bytes("nobody"), id));
            try (var watch = sessions.watch(id)) {
                assertTrue(watch.next().value().isPresent());
                sessions.destroy(id);
                assertEquals(Optional.empty(), watch.next().value());
            }
            assertEquals(Optional.empty(), sessions.get(id));
        });
    }

    @Test
    @DisplayName("transactions")
    void transactions() throws Exception {
        withServer(client -> {
            var entry = DirEntry.ZERO.withKey("b").withValue(Bytes.ofUtf8("1"));
            var done = client.transactions().apply(List.of(TxnClient.key(KVOp.CHECK_NOT_EXISTS, entry),
                    TxnClient.key(KVOp.SET, entry), TxnClient.node("get", Node.ZERO.withNode("n1"))));
            assertEquals(2, assertInstanceOf(TxnClient.Done.class, done).results().size());
            var not = client.transactions().apply(List.of(TxnClient.key(KVOp.CHECK_NOT_EXISTS, entry)));
            assertEquals(0, assertInstanceOf(TxnClient.NotDone.class, not).errors().getFirst().opIndex());
            var read = client.transactions().read(List.of(TxnClient.key(KVOp.GET, entry)));
            assertEquals(1, assertInstanceOf(TxnClient.Done.class, read).results().size());
            assertTrue(client.kv().compareAndDelete("b", client.kv().get("b").orElseThrow().raftIndex().modifyIndex()));
        });
    }

    @Test
    @DisplayName("prepared queries")
    void preparedQueries() throws Exception {
        withServer(client -> {
            var queries = client.preparedQueries();
            var query = PreparedQuery.ZERO.withName("find").withService(ServiceQuery.ZERO.withService("web"));
            var id = queries.create(query);
            assertEquals("find", queries.get(id).orElseThrow().name());
            queries.update(query.withId(id).withName("found"));
            assertEquals("found", queries.list().getFirst().name());
            assertEquals(1, queries.execute("found").nodes().size());
            assertEquals("web", queries.explain("found").service().service());
            queries.delete(id);
            assertEquals(Optional.empty(), queries.get(id));
        });
    }

    @Test
    @DisplayName("config entries and chains")
    void configEntries() throws Exception {
        withServer(client -> {
            var entries = client.configEntries();
            var entry = ServiceConfigEntry.ZERO.withKind("service-defaults").withName("web").withProtocol("http");
            entries.put(entry);
            var stored = (ServiceConfigEntry) entries.get("service-defaults", "web").orElseThrow();
            assertEquals("http", stored.protocol());
            assertEquals(1, entries.list("service-defaults").size());
            assertFalse(entries.compareAndSet(entry.withRaftIndex(entry.raftIndex().withModifyIndex(1))));
            assertEquals("http", entries.resolve("web").proxyConfig().get("protocol"));
            assertEquals("http", entries.discoveryChain("web").orElseThrow().protocol());
            try (var watch = entries.watch("service-defaults", "web");
                    var all = entries.watchKind("service-defaults")) {
                assertTrue(watch.next().value().isPresent());
                assertEquals(1, all.next().value().size());
                assertTrue(entries.compareAndDelete(stored));
                assertEquals(Optional.empty(), watch.next().value());
                assertEquals(List.of(), all.next().value());
            }
            entries.delete(entry);
        });
    }

    @Test
    @DisplayName("intentions")
    void intentions() throws Exception {
        withServer(client -> {
            var intentions = client.intentions();
            intentions.deny("web", "db");
            assertFalse(intentions.allowed("web", "db"));
            intentions.allow("web", "db");
            assertTrue(intentions.allowed("web", "db"));
            assertEquals("allow", intentions.get("web", "db").orElseThrow().action());
            assertEquals(1, intentions.list().size());
            assertEquals("web", intentions.ofDestination("db").getFirst().sourceName());
            intentions.delete("web", "db");
            assertEquals(Optional.empty(), intentions.get("web", "db"));
        });
    }

    @Test
    @DisplayName("ACLs")
    void acl() throws Exception {
        UnaryOperator<ServerConfig> closed = config -> config.withAcl(AclConfig.denying(ROOT));
        try (var server = TestServer.start(closed);
                var client = RpcClient.connect(ClientConfig.of(server.addressText()))) {
            assertThrows(CallException.Refused.class, () -> client.acl().tokens());
            var acl = client.acl().with(CallOptions.DEFAULT.withToken(ROOT));
            assertEquals(ROOT, acl.self().orElseThrow().secretID());
            var policy = acl.putPolicy(ACLPolicy.ZERO.withName("reader")
                    .withRules("key_prefix \"\" { policy = \"read\" }"));
            assertEquals(policy.id(), acl.policy("reader").orElseThrow().id());
            var token = acl.createToken(ACLToken.ZERO.withPolicies(List.of(
                    ACLTokenPolicyLink.ZERO.withId(policy.id()))));
            assertEquals("", acl.token(token.accessorID()).orElseThrow().description());
            assertEquals("new", acl.updateToken(token.withDescription("new")).description());
            var asReader = CallOptions.DEFAULT.withToken(token.secretID());
            assertTrue(client.acl().with(asReader).authorized("key", "a", "read"));
            assertFalse(client.acl().with(asReader).authorized("key", "a", "write"));
            assertEquals(Optional.empty(), client.kv().with(asReader).get("a"));
            assertThrows(CallException.Refused.class, () -> client.kv().with(asReader).put("a", bytes("1")));
            var role = acl.putRole(ACLRole.ZERO.withName("readers"));
            assertEquals(role.id(), acl.role("readers").orElseThrow().id());
            assertEquals(1, acl.roles().size());
            acl.deleteRole(role.id());
            acl.deleteToken(token.accessorID());
            acl.deletePolicy(policy.id());
            assertEquals(Optional.empty(), acl.policy("reader"));
            assertEquals(Optional.empty(), acl.authMethod("none"));
            assertEquals(List.of(), acl.authMethods());
            assertEquals(List.of(), acl.bindingRules(""));
            assertFalse(acl.replication().enabled());
        }
    }

    @Test
    @DisplayName("operator, internal, coordinates, federation states")
    void others() throws Exception {
        withServer(client -> {
            assertEquals(1, client.operator().raftConfiguration().servers().size());
            var autopilot = client.operator().autopilot();
            client.operator().setAutopilot(autopilot.withMaxTrailingLogs(99));
            assertEquals(99, client.operator().autopilot().maxTrailingLogs());
            assertFalse(client.operator().compareAndSetAutopilot(autopilot.withModifyIndex(1)));
            assertTrue(client.operator().serverHealth().healthy());
            assertTrue(client.operator().usage().containsKey("dc1"));
            assertEquals("n1", client.internal().node("n1").orElseThrow().node());
            assertEquals(Optional.empty(), client.internal().node("nobody"));
            assertFalse(client.internal().nodes().isEmpty());
            assertEquals(1, client.internal().overview().services().stream()
                    .filter(service -> service.name().equals("web")).count());
            assertEquals(List.of(), client.coordinates().node("n1"));
            assertEquals(List.of(), client.federationStates().list());
            assertEquals(Optional.empty(), client.federationStates().get("dc1"));
        });
    }

    @Test
    @DisplayName("the authority of the mesh")
    void connectCa() throws Exception {
        withServer(client -> {
            var roots = client.connectCa().roots();
            assertEquals(roots.activeRootID(), roots.roots().getFirst().id());
            assertEquals("consul", client.connectCa().configuration().provider());
            try (var watch = client.connectCa().watchRoots()) {
                assertEquals(roots.roots(), watch.next().value());
            }
        });
    }

    @Test
    @DisplayName("what this server has not is refused with Consul's words")
    void refused() throws Exception {
        withServer(client -> {
            assertThrows(CallException.Refused.class, () -> client.connectCa().sign("no certificate signing request"));
            assertEquals("ACL support disabled",
                    assertThrows(CallException.Refused.class, () -> client.acl().tokens()).getMessage());
        });
    }
}
