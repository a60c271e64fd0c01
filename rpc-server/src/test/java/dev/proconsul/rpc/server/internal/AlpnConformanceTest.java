package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proconsul.rpc.api.GossipPackets;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.server.Handlers;
import dev.proconsul.rpc.structs.SnapshotRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rows 43-58 of the transport chapter: TLS from the first byte, and an ALPN name. The client is the JDK's.
class AlpnConformanceTest {
    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    private static Wire dial(TestServer server, String... names) throws IOException {
        return TlsClient.CLIENT.offering(names).to(server.address());
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("transport rows 43, 44, 50, 51, 52: the name selects the protocol, the server's order decides, SNI does not matter")
    void namesSelect(Mode mode) throws IOException {
        try (var server = TestServer.start(mode::of)) {
            for (var version : List.of("TLSv1.2", "TLSv1.3")) {
                var client = TlsClient.CLIENT.speaking(version).askingFor("bogus.example");
                try (var wire = client.offering("consul/rpc-single").to(server.address())) {
                    wire.send(Requests.PING).expect(Requests.OK);
                }
                try (var wire = client.offering("consul/rpc-multi").to(server.address())) {
                    wire.send(Frame.data(Frame.SYN, 1, Requests.PING).bytes())
                            .expect(Frame.window(Frame.ACK, 1).bytes())
                            .expect(Frame.data(0, 1, Requests.OK).bytes());
                }
                try (var wire = client.offering("h2", "consul/rpc-multi", "consul/rpc-single").to(server.address())) {
                    wire.send(Requests.PING).expect(Requests.OK);
                }
                try (var wire = client.offering("consul/rpc-snapshot").to(server.address())) {
                    wire.send(Requests.encode(SnapshotRequest.CODEC, new SnapshotRequest("dc1", "", false, 0))).expect("88");
                }
            }
            assertEquals(4, server.counter("rpc.entered.rpc"));
            assertEquals(2, server.counter("rpc.entered.multiplex"));
            assertEquals(2, server.counter("rpc.entered.snapshot"));
            assertEquals(8, server.counter("rpc.entered.native_tls"));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("transport row 45: a client certificate is always demanded")
    void alwaysDemandsACertificate(Mode mode) throws IOException {
        try (var server = TestServer.start(mode::of)) {
            for (var client : List.of(TlsClient.NOBODY, TlsClient.STRANGER)) {
                for (var version : List.of("TLSv1.2", "TLSv1.3")) {
                    assertThrows(IOException.class, () -> {
                        try (var wire = client.speaking(version).offering("consul/rpc-single").to(server.address())) {
                            wire.send(Requests.PING);
                            if (wire.input().read() < 0) {
                                throw new IOException("ended");
                            }
                        }
                    });
                }
            }
            assertEquals(0, server.counter("rpc.entered.rpc"));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("transport rows 46, 47: no name, or one that nobody serves, is negotiated and then closed")
    void closesWhatNobodyServes(Mode mode) throws IOException {
        try (var server = TestServer.start(mode::of)) {
            try (var wire = dial(server)) {
                wire.expectEnd();
            }
            for (var name : List.of("consul/rpc-gossip", "consul/raft", "consul/raft-forwarding",
                    "consul/wan-gossip/packet", "consul/wan-gossip/stream")) {
                try (var wire = dial(server, name)) {
                    wire.expectEnd();
                }
            }
            assertEquals(6, server.counter("rpc.refused.unknown_alpn"));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("transport row 48: only unknown names: the handshake fails")
    void refusesUnknownNames(Mode mode) throws IOException {
        try (var server = TestServer.start(mode::of)) {
            assertThrows(SSLException.class, () -> dial(server, "h2", "http/1.1").read(1));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = "NO_TLS", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("transport rows 47, 49, 58: what others have registered for is handed on by its name")
    void handsOn(Mode mode) throws IOException {
        var handlers = Handlers.NONE;
        for (var protocol : List.of(Protocol.RAFT, Protocol.RAFT_FORWARDING, Protocol.GOSSIP,
                Protocol.WAN_GOSSIP_STREAM)) {
            handlers = handlers.with(protocol, connection -> connection.output().write(connection.input().read()));
        }
        try (var server = TestServer.start(mode::of, handlers)) {
            for (var name : List.of("consul/rpc-gossip", "consul/raft", "consul/raft-forwarding",
                    "consul/wan-gossip/stream")) {
                boolean forServers = name.startsWith("consul/raft");
                try (var wire = dial(server, name)) {
                    wire.send("2a");
                    if (forServers && mode == Mode.VERIFY_SERVER_HOSTNAME) {
                        wire.expectEnd();
                    } else {
                        wire.expect("2a").expectEnd();
                    }
                }
                try (var wire = TlsClient.SERVER.offering(name).to(server.address())) {
                    wire.send("2a").expect("2a").expectEnd();
                }
            }
        }
    }

    @Test
    @DisplayName("transport rows 53-55, 57: gossip packets, whole, short and absurd")
    void takesGossipPackets() throws Exception {
        var received = new LinkedBlockingQueue<String>();
        var handlers = Handlers.NONE.with(Protocol.WAN_GOSSIP_PACKET,
                new GossipPackets((packet, _) -> received.add(Wire.HEX.formatHex(packet))));
        try (var server = TestServer.start(Mode.VERIFY_SERVER_HOSTNAME::of, handlers)) {
            try (var wire = dial(server, "consul/wan-gossip/packet")) {
                wire.send("00000003ffffff").expectSilence();
                assertEquals("ffffff", received.poll(10, TimeUnit.SECONDS));
                wire.send("0000").finish().expectEnd();
            }
            for (var bad : List.of("00000000", "00400001")) {
                try (var wire = dial(server, "consul/wan-gossip/packet")) {
                    wire.send(bad).expectEnd();
                }
            }
            assertEquals(0, received.size());
        }
    }
}
