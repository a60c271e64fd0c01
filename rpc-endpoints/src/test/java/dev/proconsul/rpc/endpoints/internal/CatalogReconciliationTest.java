package dev.proconsul.rpc.endpoints.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.GossipPools;
import dev.proconsul.rpc.api.Member;
import dev.proconsul.rpc.api.MemberEvent;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.tables.CheckTable;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.endpoints.internal.tables.SessionReads;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DeregisterRequest;
import dev.proconsul.rpc.structs.EventFireRequest;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.Internal;
import dev.proconsul.rpc.structs.KeyringRequest;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionOp;
import dev.proconsul.rpc.structs.SessionRequest;
import dev.proconsul.rpc.structs.Sessions;
import dev.proconsul.rpc.structs.Weights;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What a leader registers by itself, chapter 5.9 of the endpoints.
class CatalogReconciliationTest {
    private final FakeGossip gossip = new FakeGossip();
    private final TestHost test = new TestHost(new GossipPools(Optional.of(gossip), Optional.empty()));
    private final CatalogReconciliation duty = new CatalogReconciliation(test.host);

    private final Member agent = FakeGossip.client("agent", "10.0.0.7");

    @AfterEach
    void leavesNothingBehind() {
        duty.follow();
        assertEquals(0, gossip.listeners());
        assertEquals(0, test.time.pending());
    }

    private void lead() {
        duty.lead();
        settle();
    }

    private void settle() {
        test.time.advance(Duration.ZERO);
    }

    private Optional<String> health(String node) {
        return Optional.ofNullable(test.store.current().get(CheckTable.BY_ID, Keys.of(node, "serfHealth")))
                .map(check -> check.status() + ": " + check.output());
    }

    private boolean isRegistered(String node) {
        return test.store.current().get(NodeTable.BY_NAME, Keys.of(node)) != null;
    }

    @Test
    @DisplayName("5.9: an alive client agent is a node with a passing serfHealth, and sessions can be made on it")
    void alive() throws Exception {
        lead();
        gossip.says(new MemberEvent.Joined(agent));
        settle();

        var node = test.store.current().get(NodeTable.BY_NAME, Keys.of("agent"));
        assertEquals(agent.tag("id"), node.id());
        assertEquals("10.0.0.7", node.address());
        assertEquals(Map.of("consul-version", "1.10.1"), node.meta());
        assertEquals(Optional.of("passing: Agent alive and reachable"), health("agent"));
        assertEquals("Serf Health Status",
                test.store.current().get(CheckTable.BY_ID, Keys.of("agent", "serfHealth")).name());
        assertNull(test.store.current().get(ServiceTable.BY_ID, Keys.of("agent", "consul")));
        assertFalse(session().isEmpty());
    }

    /// As an agent's HTTP interface makes it when the caller names no checks.
    private String session() throws Exception {
        return test.call(Sessions.APPLY, SessionRequest.ZERO.withDatacenter("dc1").withOp(SessionOp.CREATE)
                .withSession(Session.ZERO.withNode("agent").withChecks(List.of("serfHealth"))
                        .withNodeChecks(List.of("serfHealth"))));
    }

    @Test
    @DisplayName("5.9: an alive server has the service consul besides, with what its tags and protocols say")
    void server() {
        lead();
        gossip.says(new MemberEvent.Joined(FakeGossip.server("s2", "10.0.0.2")));
        settle();

        assertEquals(Map.of("lan", "10.0.0.2", "wan", "10.0.0.2"),
                test.store.current().get(NodeTable.BY_NAME, Keys.of("s2")).taggedAddresses());
        var service = test.store.current().get(ServiceTable.BY_ID, Keys.of("s2", "consul")).service();
        assertEquals(8300, service.port());
        assertEquals(new Weights(1, 1), service.weights());
        assertEquals(Map.of("non_voter", "false", "read_replica", "false", "raft_version", "3",
                "serf_protocol_current", "2", "serf_protocol_min", "1", "serf_protocol_max", "5",
                "version", "1.21.0"), service.meta());
        assertEquals(Optional.of("passing: Agent alive and reachable"), health("s2"));
    }

    @Test
    @DisplayName("5.9: a failed member's serfHealth is critical, which ends its sessions; the rest of the node stays")
    void failed() throws Exception {
        lead();
        gossip.says(new MemberEvent.Joined(agent));
        settle();
        var id = session();

        gossip.says(new MemberEvent.Failed(agent));
        settle();

        assertEquals(Optional.of("critical: Agent not live or unreachable"), health("agent"));
        assertTrue(SessionReads.get(test.store.current(), id).value().isEmpty());
        assertTrue(isRegistered("agent"));

        gossip.says(new MemberEvent.Joined(agent));
        settle();
        assertEquals(Optional.of("passing: Agent alive and reachable"), health("agent"));
    }

    @Test
    @DisplayName("5.9: a member that nobody has registered does not become a node by failing")
    void failedUnknown() {
        lead();
        gossip.says(new MemberEvent.Failed(agent));
        settle();
        assertFalse(isRegistered("agent"));
    }

    @Test
    @DisplayName("5.9: a member that has left, or is forgotten, is deregistered")
    void leftAndReaped() {
        lead();
        for (var end : List.of(new MemberEvent.Left(agent), new MemberEvent.Reaped(agent))) {
            gossip.says(new MemberEvent.Joined(agent));
            settle();
            assertTrue(isRegistered("agent"));
            gossip.says(end);
            settle();
            assertFalse(isRegistered("agent"));
        }
    }

    @Test
    @DisplayName("5.9: the leader never deregisters itself")
    void self() {
        var self = FakeGossip.server("s1", "127.0.0.1");
        lead();
        gossip.says(new MemberEvent.Joined(self));
        settle();
        assertTrue(isRegistered("s1"));
        gossip.says(new MemberEvent.Left(self));
        settle();
        gossip.says(new MemberEvent.Reaped(self));
        settle();
        assertTrue(isRegistered("s1"));
    }

    @Test
    @DisplayName("5.9: who was forgotten while nobody led goes when somebody does; other nodes are left alone")
    void reapedEarlier() throws Exception {
        register("old", true);
        register("external", false);
        gossip.knows(new MemberEvent.Joined(agent));
        lead();

        assertFalse(isRegistered("old"));
        assertTrue(isRegistered("external"));
        assertTrue(isRegistered("agent"));
    }

    @Test
    @DisplayName("As long as the gossip has not been seen nothing is changed, and then everything at the next round")
    void notSeenYet() throws Exception {
        register("old", true);
        gossip.seen = false;
        lead();
        test.time.advance(CatalogReconciliation.INTERVAL.multipliedBy(3));
        assertTrue(isRegistered("old"));

        gossip.seen = true;
        test.time.advance(CatalogReconciliation.INTERVAL);
        assertFalse(isRegistered("old"));
    }

    @Test
    @DisplayName("What was missed is made up for within 60 s, and what is in step is not written again")
    void everyMinute() {
        lead();
        gossip.knows(new MemberEvent.Joined(agent));
        test.time.advance(Duration.ofSeconds(59));
        assertFalse(isRegistered("agent"));
        test.time.advance(Duration.ofSeconds(1));
        assertTrue(isRegistered("agent"));

        long index = test.index();
        gossip.says(new MemberEvent.Updated(agent));
        test.time.advance(Duration.ofMinutes(5));
        assertEquals(index, test.index());
    }

    @Test
    @DisplayName("A member that cannot be written does not hold up others, and is tried again at the next round")
    void refused() throws Exception {
        register("taken", true);
        test.host.apply(Commands.REGISTER, RegisterRequest.ZERO.withDatacenter("dc1").withNode("taken")
                .withId("dddddddd-4444-4444-4444-444444444444").withAddress("10.0.0.9").withCheck(check("taken")));
        var taken = FakeGossip.member("taken", "10.0.0.8", Map.of("role", "node", "dc", "dc1",
                "id", "eeeeeeee-5555-5555-5555-555555555555"));
        gossip.knows(new MemberEvent.Joined(taken));
        gossip.knows(new MemberEvent.Joined(FakeGossip.client("z", "10.0.0.26")));
        lead();
        assertEquals("10.0.0.9", test.store.current().get(NodeTable.BY_NAME, Keys.of("taken")).address());
        assertTrue(isRegistered("z"));

        test.host.apply(Commands.DEREGISTER, DeregisterRequest.ZERO.withDatacenter("dc1").withNode("taken"));
        test.time.advance(CatalogReconciliation.INTERVAL);
        assertEquals("10.0.0.8", test.store.current().get(NodeTable.BY_NAME, Keys.of("taken")).address());
    }

    @Test
    @DisplayName("Members of other datacenters, and those that have nothing to do with Consul, are no nodes")
    void strangers() {
        lead();
        gossip.says(new MemberEvent.Joined(FakeGossip.member("x", "10.0.0.1", Map.of())));
        gossip.says(new MemberEvent.Joined(FakeGossip.member("y", "10.0.0.1", Map.of("role", "node", "dc", "dc2"))));
        settle();
        assertFalse(isRegistered("x"));
        assertFalse(isRegistered("y"));
    }

    @Test
    @DisplayName("A member that stays, but no longer says that it is a server, is critical, and goes at the next round")
    void withdrawn() {
        lead();
        var server = FakeGossip.server("s2", "10.0.0.2");
        gossip.says(new MemberEvent.Joined(server));
        settle();
        assertTrue(isRegistered("s2"));
        gossip.says(new MemberEvent.Updated(FakeGossip.member("s2", "10.0.0.2", Map.of())));
        settle();
        assertEquals(Optional.of("critical: Agent not live or unreachable"), health("s2"));
        gossip.says(new MemberEvent.Updated(server));
        settle();
        assertEquals(Optional.of("passing: Agent alive and reachable"), health("s2"));

        gossip.says(new MemberEvent.Updated(FakeGossip.member("s2", "10.0.0.2", Map.of())));
        test.time.advance(CatalogReconciliation.INTERVAL);
        assertFalse(isRegistered("s2"));
    }

    @Test
    @DisplayName("What the agent has written of its node stays when it comes back at another address")
    void keepsWhatTheAgentSays() throws Exception {
        lead();
        gossip.says(new MemberEvent.Joined(agent));
        settle();
        test.host.apply(Commands.REGISTER, RegisterRequest.ZERO.withDatacenter("dc1").withNode("agent")
                .withId(agent.tag("id")).withAddress("10.0.0.7").withTaggedAddresses(Map.of("lan", "10.0.0.7"))
                .withNodeMeta(Map.of("consul-network-segment", "")));
        gossip.says(new MemberEvent.Joined(FakeGossip.client("agent", "10.0.0.70")));
        settle();

        var node = test.store.current().get(NodeTable.BY_NAME, Keys.of("agent"));
        assertEquals("10.0.0.70", node.address());
        assertEquals(Map.of("lan", "10.0.0.7"), node.taggedAddresses());
        assertEquals(Map.of("consul-network-segment", ""), node.meta());
    }

    @Test
    @DisplayName("More changes than are remembered make everything be looked at")
    void manyChanges() {
        lead();
        for (int i = 0; i <= CatalogReconciliation.MAX_CHANGED + 1; i++) {
            gossip.says(new MemberEvent.Joined(FakeGossip.client("n" + i, "10.1.0.1")));
        }
        settle();
        for (int i = 0; i <= CatalogReconciliation.MAX_CHANGED + 1; i++) {
            assertTrue(isRegistered("n" + i), "n" + i);
        }
    }

    @Test
    @DisplayName("Who does not lead writes nothing")
    void notLeading() {
        lead();
        duty.follow();
        gossip.says(new MemberEvent.Joined(agent));
        test.time.advance(Duration.ofMinutes(5));
        assertFalse(isRegistered("agent"));
    }

    @Test
    @DisplayName("A leader that the gossip knows is registered by what the gossip says; the gossip hears of the leader")
    void selfByTheGossip() {
        gossip.says(new MemberEvent.Joined(FakeGossip.member("s1", "127.0.0.1", Map.of("role", "consul", "dc", "dc1",
                "build", "1.21.0", "vsn", "2", "port", "8300", "id", TestHost.SELF.id()))));
        try (var duties = test.duties) {
            duties.lead();
            settle();
            var meta = test.store.current().get(ServiceTable.BY_ID, Keys.of("s1", "consul")).service().meta();
            assertEquals("5", meta.get("serf_protocol_max"));
            assertEquals(List.of("consul:new-leader s1"), gossip.said);
        }
    }

    @Test
    @DisplayName("4.9 EventFire: the event goes to the gossip as client agents expect it, or the caller hears why not")
    void events() throws Exception {
        var event = EventFireRequest.ZERO.withDatacenter("dc1").withName("deploy").withPayload(Bytes.ofUtf8("p"));
        test.call(Internal.EVENT_FIRE, event);
        assertEquals(List.of("consul:event:deploy p"), gossip.said);

        gossip.problem = Optional.of("the agent is away");
        var e = assertThrows(RpcException.class, () -> test.call(Internal.EVENT_FIRE, event));
        assertEquals("the agent is away", e.getMessage());
    }

    @Test
    @DisplayName("4.9 KeyringOperation: the members are asked, or the answer says why not")
    void keys() throws Exception {
        var install = KeyringRequest.ZERO.withDatacenter("dc1").withOperation("install").withKey("a2V5");
        var answer = test.call(Internal.KEYRING_OPERATION, install).responses();
        assertEquals(1, answer.size());
        assertEquals(Map.of("s1", "done"), answer.getFirst().messages());
        assertEquals(Map.of("a2V5", 2L), answer.getFirst().keys());
        assertEquals(2, answer.getFirst().numNodes());
        assertEquals("", answer.getFirst().error());
        assertEquals(List.of("INSTALL a2V5"), gossip.said);

        gossip.problem = Optional.of("the agent is away");
        assertEquals("the agent is away",
                test.call(Internal.KEYRING_OPERATION, install).responses().getFirst().error());
    }

    private void register(String node, boolean byGossip) throws Exception {
        test.host.apply(Commands.REGISTER, RegisterRequest.ZERO.withDatacenter("dc1").withNode(node)
                .withAddress("10.0.0.9").withCheck(byGossip ? check(node) : null));
    }

    private static HealthCheck check(String node) {
        return HealthCheck.ZERO.withNode(node).withCheckID("serfHealth").withStatus("passing");
    }
}
