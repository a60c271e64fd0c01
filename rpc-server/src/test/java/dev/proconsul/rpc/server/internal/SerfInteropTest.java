package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.ServerEvent;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.Dialers;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.client.SerfConfig;
import dev.proconsul.rpc.client.SerfMembership;
import dev.proconsul.rpc.client.ServerSource;
import dev.proconsul.rpc.server.SerfAgents;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.EventFireRequest;
import dev.proconsul.rpc.structs.Health;
import dev.proconsul.rpc.structs.Internal;
import dev.proconsul.rpc.structs.KeyringRequest;
import dev.proconsul.rpc.structs.KeyringResponse;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeSpecificRequest;
import dev.proconsul.rpc.structs.ServiceSpecificRequest;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionOp;
import dev.proconsul.rpc.structs.SessionRequest;
import dev.proconsul.rpc.structs.SessionSpecificRequest;
import dev.proconsul.rpc.structs.Sessions;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Servers, a client, and the agents of Serf (Debian package `serf`) that introduce them to each other.
@Tag("interop")
class SerfInteropTest {
    /// A member that has died is found out by its profile's own times: a probe each second, then suspicion.
    private static final Duration GOSSIP = Duration.ofSeconds(30);
    private static final String KEY = "AAECAwQFBgcICQoLDA0ODw==";
    private static final String OTHER_KEY = "Dw4NDAsKCQgHBgUEAwIBAA==";

    @TempDir
    private Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var each : opened.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.add(resource);
        return resource;
    }

    private SerfProcess serf(String name, String... options) throws Exception {
        return opened(SerfProcess.start(directory, name, options));
    }

    private TestServer server(String node, SerfProcess serf) throws IOException {
        return opened(TestServer.start(config -> beside(config.withNode(node), serf)));
    }

    private static ServerConfig beside(ServerConfig config, SerfProcess serf) {
        return config.withSerf(config.serf().withLan(SerfAgents.Agent.NONE.withAddress(serf.rpcAddress())));
    }

    private SerfMembership client(SerfProcess serf) throws Exception {
        var client = opened(SerfMembership.start(SerfConfig.lan(serf.rpcAddress(), "dc1")));
        assertTrue(client.awaitMembers(GOSSIP));
        return client;
    }

    private static void await(Callable<Boolean> condition, String otherwise) {
        Conditions.within(GOSSIP, () -> {
            try {
                return condition.call();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }, () -> otherwise);
    }

    private static void awaitServers(SerfMembership client, String datacenter, TestServer... servers) {
        var addresses = new TreeSet<String>();
        for (var server : servers) {
            addresses.add(server.addressText());
        }
        await(() -> addresses.equals(new TreeSet<>(client.servers(datacenter).stream().map(ServerInfo::address)
                .toList())), "the client knows " + addresses + " in " + datacenter);
    }

    private static String serfHealth(TestServer server, String node) throws Exception {
        return server.call(Health.NODE_CHECKS, NodeSpecificRequest.ZERO.withDatacenter("dc1").withNode(node))
                .healthChecks().stream().filter(check -> check.checkID().equals("serfHealth"))
                .map(check -> check.status()).findFirst().orElse("none");
    }

    private static Set<String> nodes(TestServer server) throws Exception {
        return new TreeSet<>(server.call(Catalog.LIST_NODES, DCSpecificRequest.ZERO.withDatacenter("dc1")).nodes()
                .stream().map(Node::node).toList());
    }

    private static String session(TestServer server, String node) throws Exception {
        return server.call(Sessions.APPLY, SessionRequest.ZERO.withDatacenter("dc1").withOp(SessionOp.CREATE)
                .withSession(Session.ZERO.withNode(node).withNodeChecks(List.of("serfHealth"))
                        .withChecks(List.of("serfHealth"))));
    }

    private static boolean isThere(TestServer server, String session) throws Exception {
        return !server.call(Sessions.GET, SessionSpecificRequest.ZERO.withDatacenter("dc1").withSessionID(session))
                .sessions().isEmpty();
    }

    @Test
    @DisplayName("Servers appear, fail, come back and leave; client and catalog follow")
    void serversComeAndGo() throws Exception {
        var serfA = serf("a");
        var serfB = serf("b", serfA.join());
        var a = server("a", serfA);
        var client = client(serfA);
        var events = new CopyOnWriteArrayList<Class<?>>();
        client.watch(event -> events.add(event.getClass()));
        awaitServers(client, "dc1", a);

        var b = server("b", serfB);
        awaitServers(client, "dc1", a, b);
        await(() -> serfHealth(a, "b").equals("passing"), "b is registered with a");
        assertEquals(Set.of("a", "b"), nodes(a));
        assertEquals(2, a.call(Catalog.SERVICE_NODES, ServiceSpecificRequest.ZERO.withDatacenter("dc1")
                .withServiceName("consul")).serviceNodes().size());
        var session = session(a, "b");

        serfB.kill();
        awaitServers(client, "dc1", a);
        await(() -> serfHealth(a, "b").equals("critical"), "b has failed");
        assertTrue(!isThere(a, session), "the session is over");

        var serfAgain = opened(serfB.again(directory, "b", serfA.join()));
        awaitServers(client, "dc1", a, b);
        await(() -> serfHealth(a, "b").equals("passing"), "b is back");

        serfAgain.leave();
        awaitServers(client, "dc1", a);
        await(() -> nodes(a).equals(Set.of("a")), "b has left");
        assertEquals(List.of(ServerEvent.Added.class, ServerEvent.Removed.class, ServerEvent.Added.class,
                ServerEvent.Removed.class), events);
    }

    @Test
    @DisplayName("A client finds its servers through Serf, and goes on with those that are there")
    void clientFollows() throws Exception {
        var serfA = serf("a");
        var serfB = serf("b", serfA.join());
        var a = server("a", serfA);
        var client = opened(RpcClient.connect(ClientConfig.of(a.address()).withDatacenter("dc1"),
                Dialers.always(new TcpDialer()), ServerSource.serf(SerfConfig.lan(serfA.rpcAddress(), "dc1"))));
        assertEquals(Set.of(a.addressText()), known(client));
        assertEquals(List.of(a.addressText()), client.status().peers());

        var b = server("b", serfB);
        await(() -> known(client).equals(Set.of(a.addressText(), b.addressText())), "the client knows both");
        a.close();
        await(() -> known(client).equals(Set.of(b.addressText())), "the client knows b only");
        assertEquals(List.of(b.addressText()), client.status().peers());

        serfB.kill();
        await(() -> known(client).isEmpty(), "the client knows nobody");
        var e = assertThrows(CallException.NotSent.class, () -> client.status().peers());
        assertEquals("No known Consul servers", e.getMessage());
    }

    private static Set<String> known(RpcClient client) {
        return new TreeSet<>(client.servers().stream().map(known -> known.server().address()).toList());
    }

    @Test
    @DisplayName("A server that ends is taken back, though its Serf agent stays")
    void serverEnds() throws Exception {
        var serfA = serf("a");
        var serfB = serf("b", serfA.join());
        var a = server("a", serfA);
        var b = TestServer.start(config -> beside(config.withNode("b"), serfB));
        var client = client(serfA);
        try (b) {
            awaitServers(client, "dc1", a, b);
            await(() -> nodes(a).equals(Set.of("a", "b")), "b is registered");
        }
        awaitServers(client, "dc1", a);
        await(() -> serfHealth(a, "b").equals("critical"), "b is critical, until the leader's next round");
    }

    @Test
    @DisplayName("A Serf agent may come after its server")
    void agentComesLater() throws Exception {
        var serf = serf("a");
        serf.kill();
        var a = server("a", serf);
        opened(serf.again(directory, "a"));

        awaitServers(client(serf), "dc1", a);
    }

    @Test
    @DisplayName("Client agents are nodes; an event fired by one reaches the gossip")
    void clientAgents() throws Exception {
        var heard = directory.resolve("heard");
        var serfA = serf("a");
        var a = server("a", serfA);
        serf("c", serfA.join(), "-tag", "role=node", "-tag", "dc=dc1", "-tag",
                "id=5c9d1c3a-1fd7-4c2e-8a54-0f6f6a1d1b11", "-event-handler=user:consul:event:deploy=cat > " + heard);
        await(() -> serfHealth(a, "c").equals("passing"), "c is registered");
        assertTrue(isThere(a, session(a, "c")));

        a.call(Internal.EVENT_FIRE, EventFireRequest.ZERO.withDatacenter("dc1").withName("deploy")
                .withPayload(Bytes.ofUtf8("now")));
        await(() -> Files.exists(heard) && Files.readString(heard).equals("now\n"), "c hears the event");
    }

    @Test
    @DisplayName("Keys of the gossip are listed, installed, used and removed through a server")
    void keys() throws Exception {
        var serfA = serf("a", "-encrypt=" + KEY);
        serf("b", "-encrypt=" + KEY, serfA.join());
        var a = server("a", serfA);
        await(() -> keyring(a, "list", "").keys().equals(Map.of(KEY, 2L)), "both have the key");

        assertEquals("", keyring(a, "install", OTHER_KEY).error());
        assertEquals("", keyring(a, "use", OTHER_KEY).error());
        assertEquals("", keyring(a, "remove", KEY).error());
        assertEquals(Map.of(OTHER_KEY, 2L), keyring(a, "list", "").keys());

        var refused = keyring(a, "remove", OTHER_KEY);
        assertEquals("2/2 nodes reported failure", refused.error());
        assertEquals(Set.of("a", "b"), refused.messages().keySet());
        assertEquals("illegal base64 data at input byte 0", keyring(a, "install", "bad").error());
    }

    private static KeyringResponse keyring(TestServer server, String operation, String key) throws Exception {
        var responses = server.call(Internal.KEYRING_OPERATION, KeyringRequest.ZERO.withDatacenter("dc1")
                .withOperation(operation).withKey(key)).responses();
        assertEquals(1, responses.size());
        return responses.getFirst();
    }

    @Test
    @DisplayName("A server does not start beside a Serf agent that refuses it, and says what to change")
    void refusals() throws Exception {
        var auth = Files.writeString(directory.resolve("auth.json"), "{\"rpc_auth\": \"s3cret\"}");
        var serf = serf("a", "-config-file=" + auth);
        var agent = SerfAgents.Agent.NONE.withAddress(serf.rpcAddress());
        var place = "Serf agent at " + serf.rpcAddress() + ": ";

        assertEquals(place + "Authentication required; configure its rpc_auth key here", refusal("a", agent));
        assertEquals(place + "Invalid authentication token; the key configured here is not its rpc_auth key",
                refusal("a", agent.withAuthKey("wrong")));
        assertEquals(place + "it is called \"a\" in its pool, but this server must be announced as \"b\"; start the "
                + "Serf agent with -node=b", refusal("b", agent.withAuthKey("s3cret")));

        var a = opened(TestServer.start(config -> config.withNode("a")
                .withSerf(SerfAgents.NONE.withLan(agent.withAuthKey("s3cret")))));
        assertEquals(1, a.counter("serf.lan.members"));
    }

    private static String refusal(String node, SerfAgents.Agent agent) {
        return assertThrows(IOException.class, () -> TestServer.start(config -> config.withNode(node)
                .withSerf(SerfAgents.NONE.withLan(agent)))).getMessage();
    }

    @Test
    @DisplayName("M7: servers of all datacenters know each other; one that has failed stays listed, one that left goes")
    void datacenters() throws Exception {
        var wanA = serf("a.dc1");
        var wanB = serf("b.dc2", wanA.join());
        opened(TestServer.start(config -> among(config.withNode("a"), wanA)));
        var b = opened(TestServer.start(config -> among(config.withNode("b").withDatacenter("dc2"), wanB)));
        var client = opened(SerfMembership.start(SerfConfig.wan(wanA.rpcAddress())));
        var events = new CopyOnWriteArrayList<ServerEvent>();
        awaitServers(client, "dc2", b);
        client.watch(events::add);
        assertEquals(Set.of("dc1", "dc2"), client.datacenters());
        var server = client.servers("dc2").getFirst();
        assertEquals("b", server.node());

        wanB.kill();
        await(() -> events.contains(new ServerEvent.Failed(server)), "b has failed");
        assertEquals(List.of(server), client.servers("dc2"));

        var again = opened(wanB.again(directory, "b.dc2", wanA.join()));
        await(() -> isBack(events.getLast()), "b is back");
        assertEquals(List.of(server), client.servers("dc2"));
        again.leave();
        await(() -> client.servers("dc2").isEmpty(), "b has left");
        assertEquals(Set.of("dc1"), client.datacenters());
    }

    /// Before its server announces itself again an agent that was started anew may be met without the tags of one.
    private static boolean isBack(ServerEvent event) {
        return event instanceof ServerEvent.Changed || event instanceof ServerEvent.Added;
    }

    private static ServerConfig among(ServerConfig config, SerfProcess serf) {
        return config.withSerf(config.serf().withWan(SerfAgents.Agent.NONE.withAddress(serf.rpcAddress())));
    }
}
