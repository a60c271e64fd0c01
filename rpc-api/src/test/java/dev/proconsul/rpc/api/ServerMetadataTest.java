package dev.proconsul.rpc.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Membership rows T1 to T6 and M19, chapter 9 of the calls.
class ServerMetadataTest {
    private static final Map<String, String> TAGS = Map.ofEntries(Map.entry("role", "consul"), Map.entry("dc", "dc2"),
            Map.entry("segment", ""), Map.entry("id", "11111111-2222-3333-4444-555555555555"), Map.entry("vsn", "2"),
            Map.entry("vsn_min", "2"), Map.entry("vsn_max", "3"), Map.entry("raft_vsn", "3"),
            Map.entry("build", "1.10.1:db839f18"), Map.entry("port", "8300"), Map.entry("wan_join_port", "8302"),
            Map.entry("expect", "3"), Map.entry("acls", "0"), Map.entry("ft_fs", "1"), Map.entry("ft_si", "1"));

    private static Member member(Map<String, String> changes) {
        var tags = new HashMap<>(TAGS);
        changes.forEach((tag, value) -> {
            if (value.equals("-")) {
                tags.remove(tag);
            } else {
                tags.put(tag, value);
            }
        });
        return new Member("a", "10.0.0.1", 8301, tags, Member.Status.ALIVE, new Member.Versions(2, 1, 5));
    }

    private static ServerMetadata parsed(Map<String, String> changes) {
        return ServerMetadata.of(member(changes)).orElseThrow();
    }

    @Test
    @DisplayName("T1: the tags of a server give its record")
    void record() {
        assertEquals(new ServerMetadata("a",
                new ServerInfo("11111111-2222-3333-4444-555555555555", "a", "dc2", "10.0.0.1:8300"), "", Map.of(),
                new ServerMetadata.Ports(8300, 8301, 8302, 0, 0), new ServerMetadata.Versions("1.10.1", 2, 3), false,
                3, false, false, Map.of("fs", 1, "si", 1), Member.Status.ALIVE), parsed(Map.of()));
        assertTrue(parsed(Map.of("bootstrap", "1")).bootstrap());
        assertTrue(parsed(Map.of("use_tls", "1")).tls());
        assertEquals(Map.of("x", "h:1"), parsed(Map.of("sl_x", "h:1")).segments());
        assertEquals(0, parsed(Map.of("expect", "-", "raft_vsn", "-")).expect());
    }

    @Test
    @DisplayName("T2: of two gRPC ports one must be a port; T3: the version; T5: read replicas")
    void details() {
        assertEquals(new ServerMetadata.Ports(8300, 8301, 8302, 8502, 0),
                parsed(Map.of("grpc_port", "8502", "grpc_tls_port", "x")).ports());
        assertEquals("1.21.0", parsed(Map.of("build", "1.21.0-dev:abc")).versions().build());
        assertTrue(parsed(Map.of("nonvoter", "1")).readReplica());
        assertTrue(parsed(Map.of("read_replica", "1")).readReplica());
    }

    @Test
    @DisplayName("T6: in the pool of all datacenters the node's name is the member's without the datacenter")
    void shortName() {
        var member = new Member("a.dc2", "fe80::1", 8302, TAGS, Member.Status.FAILED, new Member.Versions(2, 1, 5));
        var server = ServerMetadata.of(member).orElseThrow();
        assertEquals("a.dc2", server.name());
        assertEquals("a", server.info().node());
        assertEquals("[fe80::1]:8300", server.info().address());
        assertEquals(Member.Status.FAILED, server.status());
    }

    @ParameterizedTest
    @DisplayName("M19, T2, T4: a member that says nonsense is no server")
    @CsvSource({"role,node", "role,-", "port,x", "port,-", "port,70000", "port,-1", "build,1.10", "build,-", "vsn,x",
        "vsn,-", "raft_vsn,x", "expect,x", "wan_join_port,x", "grpc_port,x", "grpc_port,0", "grpc_tls_port,x",
        "ft_fs,x", "sl_x,nowhere", "sl_x,h:x"})
    void nonsense(String tag, String value) {
        assertEquals(Optional.empty(), ServerMetadata.of(member(Map.of(tag, value))));
    }

    @Test
    void statusesHaveTheWordsOfSerf() {
        for (var status : Member.Status.values()) {
            assertEquals(status, Member.Status.of(status.word()));
        }
        assertEquals(Member.Status.NONE, Member.Status.of("no such word"));
        assertEquals("alive", Member.Status.ALIVE.word());
    }
}
