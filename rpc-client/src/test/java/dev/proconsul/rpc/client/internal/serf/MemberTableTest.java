package dev.proconsul.rpc.client.internal.serf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Member;
import dev.proconsul.rpc.api.Member.Status;
import dev.proconsul.rpc.api.MemberEvent;
import dev.proconsul.rpc.api.ServerEvent;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.internal.serf.SerfReplies.MembersEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class MemberTableTest {
    private static final ServerRule LAN = new ServerRule(Optional.of("dc1"));
    private static final ServerRule WAN = new ServerRule(Optional.empty());

    private static Member server(String name, String datacenter, Status status) {
        return new Member(name, "10.0.0.1", 8301, Map.of("role", "consul", "dc", datacenter, "id", "i-" + name, "vsn",
                "2", "build", "1.10.1", "port", "8300"), status, new Member.Versions(2, 1, 5));
    }

    private static Member with(Member member, String tag, String value) {
        var tags = new HashMap<>(member.tags());
        tags.put(tag, value);
        return new Member(member.name(), member.address(), member.port(), tags, member.status(), member.gossip());
    }

    @RepeatedTest(20)
    @DisplayName("Whoever listens from the beginning knows what the table knows, whatever comes in whatever order")
    void listenersKnowAll() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (var rule : List.of(LAN, WAN)) {
            var table = new MemberTable(rule);
            var listeners = new Listeners(rule);
            var members = new TreeMap<String, Member>();
            var servers = new HashMap<String, ServerInfo>();
            var failed = new HashSet<String>();
            listeners.addMemberListener(event -> follow(members, event));
            listeners.addServerListener(event -> follow(servers, failed, event));
            for (int round = 0; round < 300; round++) {
                if (random.nextInt(10) == 0) {
                    var list = new TreeMap<String, Member>();
                    for (int i = random.nextInt(5); i > 0; i--) {
                        var member = any(random);
                        list.put(member.name(), member);
                    }
                    listeners.tell(table.replace(list.values()));
                } else {
                    var name = random.nextInt(6) == 0 ? "member-reap" : "member-update";
                    listeners.tell(table.apply(new MembersEvent(name, List.of(any(random), any(random)))));
                }
                var known = new ArrayList<>(table.servers("dc1"));
                known.addAll(table.servers("dc2"));
                assertEquals(table.members().orElse(List.of()), List.copyOf(members.values()), "seed " + seed);
                assertEquals(new HashSet<>(known), new HashSet<>(servers.values()), "seed " + seed);
                assertTrue(servers.keySet().containsAll(failed), "seed " + seed);
            }
        }
    }

    private static Member any(Random random) {
        var member = server("m" + random.nextInt(4), random.nextInt(3) == 0 ? "dc2" : "dc1",
                Status.values()[random.nextInt(Status.values().length)]);
        return switch (random.nextInt(4)) {
            case 0 -> with(member, "role", "node");
            case 1 -> with(member, "port", "830" + random.nextInt(3));
            default -> member;
        };
    }

    private static void follow(Map<String, Member> members, MemberEvent event) {
        if (event instanceof MemberEvent.Reaped) {
            members.remove(event.member().name());
        } else {
            members.put(event.member().name(), event.member());
        }
    }

    private static void follow(Map<String, ServerInfo> servers, HashSet<String> failed, ServerEvent event) {
        var key = event.server().node() + "." + event.server().datacenter();
        switch (event) {
            case ServerEvent.Added(var server) -> assertEquals(null, servers.put(key, server));
            case ServerEvent.Changed(var server) -> {
                assertTrue(servers.put(key, server) != null);
                failed.remove(key);
            }
            case ServerEvent.Failed(var server) -> {
                assertEquals(server, servers.get(key));
                failed.add(key);
            }
            case ServerEvent.Removed(var server) -> {
                assertTrue(servers.remove(key) != null);
                failed.remove(key);
            }
        }
    }

    @Test
    @DisplayName("M6, M7: a failed server goes from the pool of one datacenter, and stays in the pool of all")
    void failedServers() {
        var alive = server("a.dc2", "dc2", Status.ALIVE);
        var info = new ServerInfo("i-a.dc2", "a", "dc2", "10.0.0.1:8300");
        assertEquals(List.of(new ServerEvent.Failed(info)), WAN.events(alive, alive.withStatus(Status.FAILED)));
        assertEquals(List.of(new ServerEvent.Changed(info)), WAN.events(alive.withStatus(Status.FAILED), alive));
        assertEquals(List.of(new ServerEvent.Added(info), new ServerEvent.Failed(info)),
                WAN.events(null, alive.withStatus(Status.FAILED)));
        assertEquals(List.of(new ServerEvent.Removed(info)), WAN.events(alive, alive.withStatus(Status.LEFT)));
        assertEquals(List.of(), WAN.events(alive, alive.withStatus(Status.LEAVING)));

        var local = server("a", "dc1", Status.ALIVE);
        var here = new ServerInfo("i-a", "a", "dc1", "10.0.0.1:8300");
        assertEquals(List.of(new ServerEvent.Removed(here)), LAN.events(local, local.withStatus(Status.FAILED)));
        assertEquals(List.of(new ServerEvent.Added(here)), LAN.events(local.withStatus(Status.FAILED), local));
    }

    @Test
    @DisplayName("M19, M20: nonsense and servers of another datacenter are not listed; nor are those of a segment")
    void strangers() {
        var local = server("a", "dc1", Status.ALIVE);
        assertTrue(LAN.listed(local).isPresent());
        assertTrue(LAN.listed(with(local, "port", "x")).isEmpty());
        assertTrue(LAN.listed(with(local, "segment", "s")).isEmpty());
        assertTrue(LAN.listed(server("b", "dc2", Status.ALIVE)).isEmpty());
        assertEquals(List.of(), LAN.events(null, server("b", "dc2", Status.ALIVE)));
        assertTrue(WAN.listed(server("b.dc2", "dc2", Status.ALIVE)).isPresent());
    }

    @Test
    @DisplayName("Events that wait are limited: beyond that the taker is told to ask for everything")
    void queueIsLimited() throws Exception {
        var queue = new EventQueue(2);
        var event = new MembersEvent("member-join", List.of());
        queue.add(event);
        queue.add(event);
        assertEquals(new EventQueue.Signal.Event(event), queue.take(Duration.ZERO));
        queue.add(event);
        queue.add(event);
        queue.add(event);
        assertEquals(new EventQueue.Signal.List(), queue.take(Duration.ZERO));
        assertEquals(new EventQueue.Signal.Event(event), queue.take(Duration.ZERO));
        assertEquals(1, queue.overflows());
        assertEquals(new EventQueue.Signal.List(), queue.take(Duration.ZERO));
    }

    @Test
    @DisplayName("What came before the end comes before it; a stop comes before everything")
    void queueEnds() throws Exception {
        var queue = new EventQueue(2);
        var event = new MembersEvent("member-join", List.of());
        var end = new IOException("first");
        queue.add(event);
        queue.end(end);
        queue.end(new IOException("second"));
        assertEquals(new EventQueue.Signal.Event(event), queue.take(Duration.ZERO));
        assertEquals(new EventQueue.Signal.Ended(end), queue.take(Duration.ZERO));
        queue.stop();
        assertEquals(new EventQueue.Signal.Stop(), queue.take(Duration.ZERO));
    }

    @Test
    @DisplayName("Members beyond the limit are not taken in; those that are known are followed on")
    void tableIsLimited() {
        var table = new MemberTable(LAN);
        var many = new ArrayList<Member>();
        for (int i = 0; i <= MemberTable.MAX_MEMBERS; i++) {
            many.add(new Member("m" + i, "10.0.0.1", 1, Map.of(), Status.ALIVE, new Member.Versions(2, 1, 5)));
        }
        assertEquals(MemberTable.MAX_MEMBERS, table.replace(many).size());
        assertEquals(MemberTable.MAX_MEMBERS, table.members().orElseThrow().size());
        assertEquals(1, table.apply(new MembersEvent("member-failed",
                List.of(many.getFirst().withStatus(Status.FAILED)))).size());
    }

    @Test
    @DisplayName("Pauses double from half a second to 30, and are cut by up to a half at random")
    void pauses() {
        var pauses = new Pauses(new Random(1));
        for (long millis : new long[] {500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000}) {
            var pause = pauses.next();
            assertTrue(pause.toMillis() >= millis / 2 && pause.toMillis() < millis, millis + ": " + pause);
        }
        pauses.reset();
        assertTrue(pauses.next().toMillis() < 500);
    }
}
