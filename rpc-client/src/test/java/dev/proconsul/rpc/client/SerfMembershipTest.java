package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Gossip.KeyOperation;
import dev.proconsul.rpc.api.Member;
import dev.proconsul.rpc.api.MemberEvent;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerEvent;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.ScriptedSerfAgent.FakeMember;
import dev.proconsul.rpc.client.ScriptedSerfAgent.Line;
import dev.proconsul.rpc.client.SerfMembership.Announcement;
import dev.proconsul.rpc.client.SerfMembership.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The membership of a Serf agent, which is scripted or replays what a real one has said.
class SerfMembershipTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Map<String, String> TAGS = Map.of("role", "consul", "dc", "dc1", "segment", "", "id",
            "11111111-2222-3333-4444-555555555555", "vsn", "2", "raft_vsn", "3", "build", "1.21.0:x", "port", "8300");

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private void listen(SerfMembership serf) {
        serf.watchMembers(event -> seen.add(event.getClass().getSimpleName() + " " + event.member().name()));
        serf.watch(event -> seen.add(event.getClass().getSimpleName() + " server " + event.server().node()));
    }

    private void expect(String... events) throws InterruptedException {
        for (var event : events) {
            assertEquals(event, seen.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    private static SortedSet<String> nodes(SerfMembership serf) {
        return new TreeSet<>(serf.servers("dc1").stream().map(ServerInfo::node).toList());
    }

    private static <S extends State> S awaitState(SerfMembership serf, Class<S> type) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!type.isInstance(serf.state()) || serf.state().equals(new State.Connecting(Optional.empty()))) {
            assertTrue(System.nanoTime() < deadline, () -> "still " + serf.state());
            Thread.onSpinWait();
        }
        return type.cast(serf.state());
    }

    @Test
    @DisplayName("A real agent's conversation: greeting, announcement, events, commands, farewell")
    void replaysARealAgent() throws Exception {
        var recorded = ScriptedSerfAgent.recorded();
        int events = recorded.size() - 8; // the events, six times something, and the farewell
        var heard = new CountDownLatch(1);
        try (var agent = new ScriptedSerfAgent(line -> {
            line.play(recorded.subList(0, events));
            heard.await();
            line.play(recorded.subList(events, recorded.size()));
        })) {
            try (var serf = SerfMembership.start(agent.config().withAuthKey("s3cret"), new Announcement("a", TAGS))) {
                assertTrue(serf.awaitMembers(PATIENCE));
                assertEquals(List.of(new ServerInfo(TAGS.get("id"), "a", "dc1", "127.0.0.1:8300")),
                        serf.servers("dc1"));
                assertEquals(new State.Connected("a"), serf.state());
                listen(serf);

                serf.fire("consul:event:x", "hello".getBytes(StandardCharsets.UTF_8));
                var keys = serf.keyring(KeyOperation.LIST, "");
                assertEquals("1/1 nodes reported failure", keys.error());
                assertEquals(Map.of("a", "Keyring is empty (encryption not enabled)"), keys.messages());
                assertEquals(1, keys.members());
                assertEquals("illegal base64 data at input byte 0", serf.keyring(KeyOperation.INSTALL, "bad").error());
                var refused = assertThrows(RpcException.class, () -> serf.fire("big", new byte[2000]));
                assertEquals("user event exceeds configured limit of 512 bytes before encoding", refused.getMessage());

                heard.countDown();
                expect("Joined b", "Updated b", "Failed b", "Joined b", "Left b");
                var b = serf.members().orElseThrow().getLast();
                assertEquals(new Member("b", "127.0.0.1", 17947, Map.of("role", "node", "dc", "dc1"),
                        Member.Status.LEFT, new Member.Versions(2, 1, 5)), b);
                assertEquals(Map.of("serf.connections", 1L, "serf.events", 10L, "serf.overflows", 0L),
                        serf.counters());
            }
        }
    }

    @Test
    @DisplayName("When the agent goes away the last list stays; when it is back, what has changed is told")
    void agentRestarts() throws Exception {
        var goOn = new CountDownLatch(1);
        try (var agent = new ScriptedSerfAgent(
                line -> line.greet("me", FakeMember.server("a", "alive"), FakeMember.server("b", "alive"),
                        FakeMember.plain("p", "alive")),
                line -> {
                    goOn.await();
                    line.greet("me", FakeMember.server("a", "alive"), FakeMember.server("c", "alive"),
                            FakeMember.plain("p", "failed"));
                    line.awaitEnd();
                });
                var serf = SerfMembership.start(agent.config())) {
            assertTrue(serf.awaitMembers(PATIENCE));
            var state = awaitState(serf, State.Connecting.class);
            assertEquals(Optional.of("Serf agent at " + agent.address() + ": it has closed the connection"),
                    state.problem());
            assertEquals(new TreeSet<>(List.of("a", "b")), nodes(serf));
            var e = assertThrows(RpcException.class, () -> serf.fire("x", new byte[0]));
            assertEquals(state.problem().orElseThrow(), e.getMessage());

            listen(serf);
            goOn.countDown();
            expect("Added server c", "Joined c", "Failed p", "Removed server b", "Reaped b");
            assertEquals(new TreeSet<>(List.of("a", "c")), nodes(serf));
        }
    }

    @Test
    @DisplayName("M6: in the pool of one datacenter a server that failed is removed, and added when it is back")
    void failedServersAreRemoved() throws Exception {
        try (var agent = new ScriptedSerfAgent(line -> {
            line.greet("me", FakeMember.server("a", "alive"));
            line.event(2, "member-failed", FakeMember.server("a", "failed"));
            line.event(2, "member-join", FakeMember.server("a", "alive"));
            line.event(2, "member-leave", FakeMember.server("a", "left"));
            line.event(2, "member-reap", FakeMember.server("a", "left"));
            line.awaitEnd();
        }); var serf = SerfMembership.start(agent.config())) {
            var removed = new CountDownLatch(2);
            serf.watch(event -> {
                if (event instanceof ServerEvent.Removed) {
                    removed.countDown();
                }
            });
            serf.watchMembers(event -> {
                if (event instanceof MemberEvent.Reaped) {
                    seen.add("end");
                }
            });
            expect("end");
            assertEquals(0, removed.getCount());
            assertEquals(List.of(), serf.servers("dc1"));
            assertEquals(Optional.of(List.of()), serf.members());
        }
    }

    @Test
    @DisplayName("Events that the agent has dropped are made up for by the next list")
    void listsAgain() throws Exception {
        try (var agent = new ScriptedSerfAgent(line -> {
            line.greet("me", FakeMember.server("a", "alive"));
            for (long sequence = 4;; sequence++) {
                line.command("members", sequence);
                line.answer(sequence, ScriptedSerfAgent.members(FakeMember.server("b", "alive")));
            }
        }); var serf = SerfMembership.start(agent.config().withTimes(PATIENCE, Duration.ofMillis(20)))) {
            listen(serf);
            serf.awaitMembers(PATIENCE);
            while (!nodes(serf).equals(new TreeSet<>(List.of("b")))) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    @DisplayName("Tags that somebody has taken away are set again")
    void announcesAgain() throws Exception {
        var announced = new LinkedBlockingQueue<Integer>();
        Map<String, String> tags = Map.of("role", "consul");
        try (var agent = new ScriptedSerfAgent(line -> {
            line.greet("me", new FakeMember("me", "alive", Map.of("mine", "x")));
            for (long sequence = 4; sequence < 16; sequence += 3) {
                line.command("tags", sequence);
                line.expect(ScriptedSerfAgent.packed(out -> out.writeAny(
                        new TreeMap<>(Map.of("DeleteTags", List.of(), "Tags", tags)))));
                line.answer(sequence, "");
                line.command("members", sequence + 1);
                line.answer(sequence + 1, ScriptedSerfAgent.members(new FakeMember("me", "alive", tags)));
                line.command("members", sequence + 2);
                line.answer(sequence + 2, ScriptedSerfAgent.members(new FakeMember("me", "alive", Map.of())));
                announced.add(1);
            }
        }, Line::awaitEnd);
                var serf = SerfMembership.start(agent.config().withTimes(PATIENCE, Duration.ofMillis(20)),
                        new Announcement("me", tags))) {
            for (int i = 0; i < 4; i++) {
                assertEquals(1, announced.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
            }
            assertTrue(serf.awaitMembers(PATIENCE));
        }
    }

    @Test
    @DisplayName("An agent that refuses: the state says what to change, and never the key")
    void refusals() throws Exception {
        assertEquals("Invalid authentication token; the key configured here is not its rpc_auth key", refusal(line -> {
            line.handshake();
            line.command("auth", 1, "AuthKey", "t0psecret");
            line.answer(1, "Invalid authentication token");
            line.awaitEnd();
        }, Optional.of("t0psecret"), "me"));
        assertEquals("Authentication required; configure its rpc_auth key here", refusal(line -> {
            line.handshake();
            line.command("stats", 1);
            line.answer(1, "Authentication required");
            line.awaitEnd();
        }, Optional.empty(), "me"));
        assertEquals("Unsupported IPC version", refusal(line -> {
            line.expect(ScriptedSerfAgent.request("handshake", 0));
            line.answer(0, "Unsupported IPC version");
            line.awaitEnd();
        }, Optional.empty(), "me"));
        assertEquals("it is called \"you\" in its pool, but this server must be announced as \"me\"; start the Serf "
                + "agent with -node=me", refusal(line -> line.greet("you"), Optional.empty(), "me"));
        assertEquals("Encoded length of tags exceeds limit of 512 bytes; give the Serf agent fewer tags of its own",
                refusal(line -> {
                    line.greet("me");
                    line.command("tags", 4);
                    line.answer(4, "Encoded length of tags exceeds limit of 512 bytes");
                    line.awaitEnd();
                }, Optional.empty(), "me"));
    }

    private static String refusal(ScriptedSerfAgent.Script script, Optional<String> key, String name)
            throws Exception {
        try (var agent = new ScriptedSerfAgent(script)) {
            var config = key.map(agent.config()::withAuthKey).orElse(agent.config());
            try (var serf = SerfMembership.start(config, new Announcement(name, Map.of("role", "consul")))) {
                assertFalse(serf.awaitMembers(PATIENCE));
                var problem = assertInstanceOf(State.Misconfigured.class, serf.state()).problem();
                var place = "Serf agent at " + agent.address() + ": ";
                assertTrue(problem.startsWith(place), problem);
                assertFalse((problem + config).contains("t0psecret"));
                assertEquals(problem, assertThrows(RpcException.class, () -> serf.fire("x", new byte[0]))
                        .getMessage());
                return problem.substring(place.length());
            }
        }
    }

    @Test
    @DisplayName("Something else than a Serf agent is told as such, and dialed again")
    void noAgent() throws Exception {
        // Whoever closes over what he has not read resets the connection; so these read on.
        assertEquals(Optional.of("it sends what no Serf agent sends: an answer to command 7, which waits for none"),
                problem(line -> {
                    line.answer(7, "");
                    line.awaitEnd();
                }));
        assertTrue(problem(line -> {
            line.send("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            line.awaitEnd();
        }).orElseThrow().startsWith("it sends what no Serf agent sends: "));
        assertEquals(Optional.of("it has closed the connection"), problem(line -> line.command("handshake", 0)));
        assertEquals(Optional.of("no answer to handshake within 100 ms"), problem(Line::awaitEnd));
    }

    private static Optional<String> problem(ScriptedSerfAgent.Script script) throws IOException {
        try (var agent = new ScriptedSerfAgent(script);
                var serf = SerfMembership.start(agent.config().withTimes(Duration.ofMillis(100), PATIENCE))) {
            var state = awaitState(serf, State.Connecting.class);
            while (agent.connections() < 2) {
                Thread.onSpinWait();
            }
            return state.problem().map(text -> text.substring(("Serf agent at " + agent.address() + ": ").length()));
        }
    }

    @Test
    @DisplayName("Calls that wait for a silent agent are limited in number, and end with the membership")
    void limitsCalls() throws Exception {
        try (var agent = new ScriptedSerfAgent(line -> {
            line.greet("me");
            line.awaitEnd();
        })) {
            var answers = new LinkedBlockingQueue<String>();
            try (var serf = SerfMembership.start(agent.config())) {
                assertTrue(serf.awaitMembers(PATIENCE));
                awaitState(serf, State.Connected.class);
                for (int i = 0; i < 257; i++) {
                    Thread.ofVirtual().start(() -> answers.add(assertThrows(RpcException.class,
                            () -> serf.fire("x", new byte[1])).getMessage()));
                }
                assertEquals("Serf agent at " + agent.address() + ": 256 calls wait for the Serf agent already",
                        answers.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
            }
            for (int i = 0; i < 256; i++) {
                var answer = answers.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                assertTrue(answer != null && answer.startsWith("Serf agent at " + agent.address() + ": "), answer);
            }
        }
    }

    @Test
    @DisplayName("A listener that fails keeps nobody else from hearing; who has unsubscribed hears nothing")
    void listeners() throws Exception {
        var goOn = new CountDownLatch(1);
        try (var agent = new ScriptedSerfAgent(line -> {
            line.greet("me");
            goOn.await();
            line.event(2, "member-join", FakeMember.plain("x", "alive"));
            line.awaitEnd();
        }); var serf = SerfMembership.start(agent.config())) {
            assertTrue(serf.awaitMembers(PATIENCE));
            serf.watchMembers(event -> {
                throw new IllegalStateException("on purpose");
            });
            serf.watchMembers(event -> seen.add("never")).close();
            listen(serf);
            goOn.countDown();
            expect("Joined x");
            assertTrue(seen.isEmpty());
        }
    }

    @Test
    @DisplayName("Closing ends it at once, whatever it is doing; twice is harmless")
    void closes() throws Exception {
        try (var agent = new ScriptedSerfAgent(Line::awaitEnd)) {
            var serf = SerfMembership.start(agent.config());
            while (agent.connections() < 1) {
                Thread.onSpinWait();
            }
            serf.close();
            serf.close();
            assertEquals(new State.Closed(), serf.state());
            assertTrue(assertThrows(RpcException.class, () -> serf.fire("x", new byte[0])).getMessage()
                    .endsWith(": closed"));
            assertEquals(Optional.empty(), serf.members());
        }
    }

    @Test
    @DisplayName("As a source of a client: what is known at first, then what changes; or why nothing is known")
    void source() throws Exception {
        var goOn = new CountDownLatch(1);
        try (var agent = new ScriptedSerfAgent(line -> {
            line.greet("me", FakeMember.server("a", "alive"), FakeMember.plain("p", "alive"));
            goOn.await();
            line.event(2, "member-join", FakeMember.server("b", "alive"));
            line.event(2, "member-failed", FakeMember.server("a", "failed"));
            line.awaitEnd();
        }); var source = ServerSource.serf(agent.config())) {
            source.start(sink());
            assertTrue(seen.contains("joined a"));
            seen.clear();
            goOn.countDown();
            expect("joined b", "left a");
            assertThrows(IllegalStateException.class, () -> source.start(sink()));
        }
        try (var agent = new ScriptedSerfAgent(Line::awaitEnd);
                var source = ServerSource.serf(agent.config().withTimes(Duration.ofMillis(50), PATIENCE))) {
            var e = assertThrows(CallException.NotSent.class, () -> source.start(sink()));
            assertTrue(e.getMessage().startsWith("no servers are known: Serf agent "), e.getMessage());
            assertEquals(CallException.Reason.NO_SERVER, e.reason());
        }
    }

    private ServerSink sink() {
        return new ServerSink() {
            @Override
            public void joined(ServerInfo server) {
                seen.add("joined " + server.node());
            }

            @Override
            public void left(ServerInfo server) {
                seen.add("left " + server.node());
            }

            @Override
            public void failed(ServerInfo server) {
                seen.add("failed " + server.node());
            }

            @Override
            public void leader(String address) {
                seen.add("leader " + address);
            }
        };
    }

    @Test
    void addressesAreChecked() {
        assertEquals("127.0.0.1:7373", SerfConfig.wan("127.0.0.1").address());
        assertEquals("[::1]:99", SerfConfig.lan("[::1]:99", "dc1").address());
        assertThrows(IllegalArgumentException.class, () -> SerfConfig.wan("a b"));
        assertThrows(IllegalArgumentException.class, () -> SerfConfig.lan("a", ""));
        assertThrows(IllegalArgumentException.class, () -> SerfConfig.wan("a").withAuthKey(""));
        assertThrows(IllegalArgumentException.class, () -> SerfConfig.wan("a").withTimes(Duration.ZERO, PATIENCE));
        assertEquals("Serf agent a:7373 of dc1, with a key", SerfConfig.lan("a", "dc1").withAuthKey("k").toString());
    }
}
