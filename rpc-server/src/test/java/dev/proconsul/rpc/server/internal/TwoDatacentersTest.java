package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallOptions;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.endpoints.AclConfig;
import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenSetRequest;
import dev.proconsul.rpc.structs.ACLs;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.ConfigEntries;
import dev.proconsul.rpc.structs.ConfigEntryQuery;
import dev.proconsul.rpc.structs.ConfigEntryRequest;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.DatacentersRequest;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.Internal;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.KeyringRequest;
import dev.proconsul.rpc.structs.KeyringResponse;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.Operator;
import dev.proconsul.rpc.structs.OperatorUsageRequest;
import dev.proconsul.rpc.structs.PreparedQueries;
import dev.proconsul.rpc.structs.PreparedQuery;
import dev.proconsul.rpc.structs.PreparedQueryExecuteRequest;
import dev.proconsul.rpc.structs.PreparedQueryRequest;
import dev.proconsul.rpc.structs.QueryFailoverOptions;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import dev.proconsul.rpc.structs.ServiceQuery;
import dev.proconsul.rpc.structs.Status;
import dev.proconsul.rpc.structs.WriteRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Servers of two datacenters that know each other by configuration, and a client of the first.
class TwoDatacentersTest {
    private static final String MANAGEMENT = "11111111-2222-3333-4444-555555555555";

    private RpcServer first;
    private RpcServer second;
    private RpcClient client;

    @BeforeEach
    void start() throws Exception {
        second = start("dc2", 0, config -> config);
        first = start("dc1", 0, this::knowingTheSecond);
        client = RpcClient.connect(ClientConfig.of(first.address()));
    }

    @AfterEach
    void stop() {
        client.close();
        first.close();
        second.close();
    }

    private ServerConfig knowingTheSecond(ServerConfig config) {
        return config.withPeers(config.peers().withRemoteServer("dc2=" + text(second)));
    }

    private static RpcServer start(String datacenter, int port,
            UnaryOperator<ServerConfig> change) throws IOException {
        return RpcServer.start(change.apply(ServerConfig.dev().withNode("s1").withDatacenter(datacenter)
                .withServerPort(port).withDrainTime(Duration.ofMillis(200))));
    }

    private static String text(RpcServer server) {
        return server.address().getAddress().getHostAddress() + ":" + server.address().getPort();
    }

    private static KVSRequest set(String datacenter, String key) {
        return KVSRequest.ZERO.withDatacenter(datacenter).withOp(KVOp.SET)
                .withDirEnt(DirEntry.ZERO.withKey(key).withValue(Bytes.of(datacenter.getBytes())));
    }

    private static KeyRequest get(String datacenter, String key) {
        return KeyRequest.ZERO.withDatacenter(datacenter).withKey(key);
    }

    private <Q, R> String error(Method<Q, R> method, Q request) {
        return assertThrows(RpcException.class, () -> first.endpoints().call(method, request)).getMessage();
    }

    @Test
    @DisplayName("reads and writes go to the datacenter that they name, and nowhere else")
    void readsAndWritesAcross() throws Exception {
        client.call(KVS.APPLY, set("dc2", "a"));
        assertEquals(1, client.call(KVS.GET, get("dc2", "a")).entries().size());
        assertEquals(0, client.call(KVS.GET, get("dc1", "a")).entries().size());
        assertEquals(1, second.endpoints().call(KVS.GET, get("", "a")).entries().size());
        assertEquals(1, client.call(KVS.GET, get("dc2", "a").withQueryOptions(QueryOptions.ZERO.withAllowStale(true)))
                .entries().size());
        assertEquals(3, first.counters().get("rpc.cross-dc"));
        assertEquals(0, second.counters().get("rpc.cross-dc"));
    }

    @Test
    @DisplayName("calls.md 3.10: a server told of a primary datacenter has it decide on config entries, over both hops")
    void thePrimaryDatacenterDecides() throws Exception {
        var entry = ConfigEntryRequest.ZERO.withOp("upsert").withEntry(
                ServiceConfigEntry.ZERO.withKind("service-defaults").withName("web"));
        var query = ConfigEntryQuery.ZERO.withKind("service-defaults").withName("web");
        try (var secondary = start("dc3", 0, config -> config.withPeers(knowingTheSecond(config).peers()
                .withPrimaryDatacenter("dc2")))) {
            assertTrue(secondary.endpoints().call(ConfigEntries.APPLY, entry.withDatacenter("dc3")));
            assertNotNull(second.endpoints().call(ConfigEntries.GET, query).entry());
            assertNull(secondary.endpoints().call(ConfigEntries.GET, query).entry());

            int port = second.address().getPort();
            second.close();
            var refused = "rpc error getting client: failed to get conn: dial tcp 127.0.0.1:" + port
                    + ": connect: connection refused";
            // The pool may not have heard of the end yet; then the first call does.
            Conditions.await(() -> applied(secondary, entry).equals(refused), () -> applied(secondary, entry));
        }
    }

    private static String applied(RpcServer server, ConfigEntryRequest entry) {
        return assertThrows(RpcException.class, () -> server.endpoints().call(ConfigEntries.APPLY, entry)).getMessage();
    }

    @Test
    void aCallInThisProcessTakesTheSameWay() throws Exception {
        first.endpoints().call(KVS.APPLY, set("dc2", "a"));
        assertEquals(1, first.endpoints().call(KVS.GET, get("dc2", "a")).entries().size());
    }

    @Test
    @DisplayName("F25: Status.Leader of another datacenter; Catalog.ListDatacenters names the own one first")
    void whatIsKnownOfTheOther() throws Exception {
        assertEquals(List.of("dc1", "dc2"), client.call(Catalog.LIST_DATACENTERS, DatacentersRequest.ZERO));
        assertEquals(text(second), client.call(Status.LEADER, DCSpecificRequest.ZERO.withDatacenter("dc2")));
        assertEquals(text(first), client.call(Status.LEADER, DCSpecificRequest.ZERO));
    }

    @Test
    @DisplayName("a blocking query waits in the other datacenter, and a write there wakes it")
    void aBlockingQueryAcross() throws Exception {
        client.call(KVS.APPLY, set("dc2", "a"));
        long index = client.call(KVS.GET, get("dc2", "a")).queryMeta().index();
        var options = QueryOptions.ZERO.withMinQueryIndex(index).withMaxQueryTime(Duration.ofMinutes(5));
        var reply = CompletableFuture.supplyAsync(() -> {
            try {
                return client.call(KVS.GET, get("dc2", "a").withQueryOptions(options));
            } catch (CallException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }, Executors.newVirtualThreadPerTaskExecutor());
        Conditions.await(() -> second.counters().get("rpc.queries_blocking") == 1, () -> "nothing blocks");
        second.endpoints().call(KVS.APPLY, set("dc2", "a").withOp(KVOp.DELETE));
        assertTrue(reply.get(20, TimeUnit.SECONDS).queryMeta().index() > index);
        assertEquals(0, first.counters().get("rpc.queries_blocking"), "it blocks in the other datacenter only");
    }

    @Test
    @DisplayName("F10: an error of the other datacenter comes with the hop in front of it, and changes nothing for the next call")
    void anErrorAcross() throws Exception {
        assertEquals("rpc error making call: Must provide key", error(KVS.APPLY, set("dc2", "")));
        client.call(KVS.APPLY, set("dc2", "a"));
    }

    @Test
    @DisplayName("F8: the loss of a datacenter gives the exact errors, and its return heals without a restart")
    void lossAndReturn() throws Exception {
        client.call(KVS.APPLY, set("dc2", "a"));
        int port = second.address().getPort();
        second.close();

        var refused = "rpc error getting client: failed to get conn: dial tcp 127.0.0.1:" + port
                + ": connect: connection refused";
        Conditions.await(() -> error(KVS.GET, get("dc2", "a")).equals(refused), () -> error(KVS.GET, get("dc2", "a")));
        assertEquals(refused, error(KVS.APPLY, set("dc2", "a")));
        var e = assertThrows(CallException.NotSent.class, () -> client.call(KVS.APPLY, set("dc2", "a")));
        assertTrue(e.getMessage().endsWith(": the server says: " + refused), e.getMessage());
        assertEquals("No path to datacenter", error(KVS.GET, get("dc3", "a")));
        assertEquals(List.of("dc1", "dc2"), client.call(Catalog.LIST_DATACENTERS, DatacentersRequest.ZERO));
        client.call(KVS.APPLY, set("dc1", "a"));

        second = start("dc2", port, config -> config);
        client.call(KVS.APPLY, set("dc2", "b"));
        assertEquals(1, client.call(KVS.GET, get("dc2", "b")).entries().size());
    }

    @Test
    @DisplayName("F10: of several servers of a datacenter the next one is asked after a failure, at the next call")
    void theNextServerOfADatacenter() throws Exception {
        try (var third = start("dc2", 0, config -> config.withNode("s2"));
                var server = start("dc1", 0, config -> config.withPeers(
                        config.peers().withRemoteServer("dc2=" + text(second)).withRemoteServer("dc2=" + text(third))))) {
            server.endpoints().call(KVS.APPLY, set("dc2", "a"));
            second.close();
            assertThrows(RpcException.class, () -> server.endpoints().call(KVS.GET, get("dc2", "a")));
            server.endpoints().call(KVS.APPLY, set("dc2", "b"));
            assertEquals(1, third.endpoints().call(KVS.GET, get("dc2", "b")).entries().size());
        }
    }

    @Test
    @DisplayName("a follower of the other datacenter sends it on to its leader")
    void aFollowerOfTheOtherDatacenter() throws Exception {
        try (var cluster = ClusterOfServers.of("dc2", 3, config -> config.withDrainTime(Duration.ofMillis(200)))) {
            var follower = cluster.agreement.servers("dc2").stream().map(ServerInfo::address)
                    .filter(address -> !address.equals(cluster.agreement.leader().orElseThrow().address()))
                    .findFirst().orElseThrow();
            try (var server = start("dc1", 0, config -> config.withPeers(
                    config.peers().withRemoteServer("dc2=" + follower)))) {
                server.endpoints().call(KVS.APPLY, set("dc2", "a"));
                assertEquals(1, server.endpoints().call(KVS.GET, get("dc2", "a")).entries().size());
                var error = assertThrows(RpcException.class,
                        () -> server.endpoints().call(KVS.APPLY, set("dc2", "")));
                assertEquals("rpc error making call: rpc error making call: Must provide key", error.getMessage());
            }
        }
    }

    @Test
    @DisplayName("F11, F12: a local token stays in its datacenter, a global one goes with the request")
    void tokens() throws Exception {
        var acl = AclConfig.DISABLED.withEnabled(true).withAllowByDefault(false).withInitialManagement(MANAGEMENT);
        try (var remote = start("dc2", 0, config -> config.withAcl(acl));
                var server = start("dc1", 0, config -> config.withAcl(acl)
                        .withPeers(config.peers().withRemoteServer("dc2=" + text(remote))))) {
            var global = set("dc2", "a").withWriteRequest(new WriteRequest(MANAGEMENT));
            Conditions.await(() -> canWrite(server, global), () -> "the management token is not there");

            var local = server.endpoints().call(ACLs.TOKEN_SET, ACLTokenSetRequest.ZERO.withCreate(true)
                    .withAclToken(ACLToken.ZERO.withLocal(true)).withWriteRequest(new WriteRequest(MANAGEMENT)));
            assertEquals("rpc error making call: Permission denied: anonymous token lacks permission 'key:write' on "
                    + "\"a\". The anonymous token is used implicitly when a request does not specify a token.",
                    assertThrows(RpcException.class, () -> server.endpoints().call(KVS.APPLY,
                            set("dc2", "a").withWriteRequest(new WriteRequest(local.secretID())))).getMessage());
            assertEquals("rpc error making call: ACL not found", assertThrows(RpcException.class,
                    () -> server.endpoints().call(KVS.APPLY, set("dc2", "a").withWriteRequest(
                            new WriteRequest("66666666-2222-3333-4444-555555555555")))).getMessage());
        }
    }

    @Test
    @DisplayName("calls.md 1.9: snapshots of the other datacenter")
    void snapshotsAcross() throws Exception {
        client.call(KVS.APPLY, set("dc2", "a"));
        var there = client.snapshots().with(CallOptions.DEFAULT.withDatacenter("dc2"));
        byte[] archive;
        try (var saving = there.save()) {
            archive = saving.archive().readAllBytes();
        }
        client.call(KVS.APPLY, set("dc2", "a").withOp(KVOp.DELETE));
        there.restore(new ByteArrayInputStream(archive));
        assertEquals(1, second.endpoints().call(KVS.GET, get("", "a")).entries().size());

        var nowhere = client.snapshots().with(CallOptions.DEFAULT.withDatacenter("dc3"));
        assertEquals("No path to datacenter", assertThrows(CallException.class, nowhere::save).getMessage());
        int port = second.address().getPort();
        second.close();
        assertEquals("dial tcp 127.0.0.1:" + port + ": connect: connection refused",
                assertThrows(CallException.class, there::save).getMessage());
    }

    @Test
    @DisplayName("a prepared query that finds nothing here looks in the datacenters that it names")
    void aPreparedQueryFailsOver() throws Exception {
        var web = RegisterRequest.ZERO.withNode("n").withAddress("10.2.0.9")
                .withService(NodeService.ZERO.withService("web").withPort(80));
        second.endpoints().call(Catalog.REGISTER, web.withDatacenter("dc2"));
        var failover = QueryFailoverOptions.ZERO.withDatacenters(List.of("dc9", "dc2"));
        var query = PreparedQuery.ZERO.withName("web").withService(
                ServiceQuery.ZERO.withService("web").withFailover(failover));
        client.call(PreparedQueries.APPLY, PreparedQueryRequest.ZERO.withOp("create").withQuery(query));

        var execute = PreparedQueryExecuteRequest.ZERO.withQueryIDOrName("web");
        var found = client.call(PreparedQueries.EXECUTE, execute);
        assertEquals("dc2", found.datacenter());
        assertEquals(1, found.nodes().size());
        assertEquals(1, found.failovers(), "one datacenter was asked; dc9 is not known");

        client.call(Catalog.REGISTER, web.withDatacenter("dc1"));
        var own = client.call(PreparedQueries.EXECUTE, execute);
        assertEquals("dc1", own.datacenter());
        assertEquals(0, own.failovers());
    }

    @Test
    @DisplayName("calls.md 3.10: Operator.Usage leaves out whom it cannot reach, Internal.KeyringOperation fails")
    void methodsThatAskEveryDatacenter() throws Exception {
        var global = OperatorUsageRequest.ZERO.withGlobal(true);
        var list = KeyringRequest.ZERO.withOperation("list");
        assertEquals(Set.of("dc1", "dc2"), client.call(Operator.USAGE, global).usage().keySet());
        assertEquals(List.of("dc1", "dc1", "dc2"), client.call(Internal.KEYRING_OPERATION, list).responses().stream()
                .map(KeyringResponse::datacenter).toList());

        int port = second.address().getPort();
        second.close();
        Conditions.await(() -> usage(global).equals(Set.of("dc1")), () -> usage(global).toString());
        assertEquals("rpc error getting client: failed to get conn: dial tcp 127.0.0.1:" + port
                + ": connect: connection refused", error(Internal.KEYRING_OPERATION, list));
    }

    private Set<String> usage(OperatorUsageRequest request) {
        try {
            return client.call(Operator.USAGE, request).usage().keySet();
        } catch (CallException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean canWrite(RpcServer server, KVSRequest request) {
        try {
            server.endpoints().call(KVS.APPLY, request);
            return true;
        } catch (RpcException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
