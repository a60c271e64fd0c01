package dev.proconsul.rpc.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Refusal.Kind;
import dev.proconsul.rpc.api.Route.Action;
import dev.proconsul.rpc.api.Route.Reach;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every first byte, on every kind of server, in clear text and inside TLS, without a socket.
class ProtocolRouterTest {
    private static final RouterPolicy CLEAR = RouterPolicy.CLEAR_TEXT; // "P" of the conformance rows
    private static final RouterPolicy CAPABLE = // "C"
            new RouterPolicy(Duration.ofSeconds(5), () -> true, () -> false, ServerCheck.NONE);
    private static final RouterPolicy VERIFYING = // "V"
            new RouterPolicy(Duration.ofSeconds(5), () -> true, () -> true, ServerCheck.NONE);

    private final List<Protocol> served = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();
    private final RouterObserver observer = new RouterObserver() {
        @Override
        public void refused(Refusal refusal, Connection connection) {
            refusals.add(refusal);
        }
    };
    private byte[] leftToRead = {};

    static IntStream allBytes() {
        return IntStream.rangeClosed(0, 255);
    }

    @ParameterizedTest
    @MethodSource("allBytes")
    @DisplayName("transport rows 3, 5, 6, 9, 12-14: without TLS material a byte from 0 to 9 finds its row, others nothing")
    void clearServer(int first) throws Exception {
        enter(CLEAR, first);

        if (first <= 9 && first != 2 && first != 6) {
            assertEquals(Protocol.ofTypeByte(first).stream().toList(), served);
        } else {
            assertEquals(List.of(new Refusal(kindOf(first), "unrecognized RPC byte: byte=" + first)), refusals);
        }
    }

    @ParameterizedTest
    @MethodSource("allBytes")
    @DisplayName("transport rows 7, 8: with TLS material any byte above 9 begins native TLS and stays unread")
    void capableServer(int first) throws Exception {
        enter(CAPABLE, first);

        if (first > 9) {
            assertEquals(List.of(Protocol.NATIVE_TLS), served);
            assertArrayEquals(new byte[] {(byte) first, 42}, leftToRead);
        } else if (first != 2 && first != 6) {
            assertEquals(Protocol.ofTypeByte(first).stream().toList(), served);
            assertArrayEquals(new byte[] {42}, leftToRead);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4, 5, 6, 8, 9})
    @DisplayName("transport rows 10, 11: a verifying server refuses clear text before it looks at the byte")
    void verifyingServer(int first) throws Exception {
        enter(VERIFYING, first);

        assertEquals(List.of(new Refusal(Kind.CLEAR_TEXT, "Non-TLS connection attempted with VerifyIncoming set")), refusals);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 7})
    @DisplayName("a verifying server lets the bytes in that begin TLS")
    void verifyingServerLetsTlsBegin(int first) throws Exception {
        enter(VERIFYING, first);

        assertEquals(Protocol.ofTypeByte(first).stream().toList(), served);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 7})
    @DisplayName("transport row 23: no TLS inside TLS")
    void noTlsInsideTls(int first) throws Exception {
        enterInsideTls(VERIFYING, first);

        assertEquals(List.of(new Refusal(Kind.NESTED_TLS, "TLS connection attempting to establish inner TLS connection")), refusals);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 6, 0x16, 255})
    @DisplayName("transport row 24: inside TLS nothing is taken for TLS again")
    void unknownInsideTls(int first) throws Exception {
        enterInsideTls(VERIFYING, first);

        assertEquals(List.of(new Refusal(kindOf(first), "unrecognized RPC byte: byte=" + first)), refusals);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 8, 9})
    void everyOtherRowMayEnterInsideTls(int first) throws Exception {
        enterInsideTls(VERIFYING, first);

        assertEquals(Protocol.ofTypeByte(first).stream().toList(), served);
    }

    @Test
    @DisplayName("transport row 2: who connects and leaves is not worth a word")
    void endOfStreamIsSilence() throws Exception {
        router(CLEAR).accepted(ScriptedConnection.saying());

        assertTrue(served.isEmpty() && refusals.isEmpty());
    }

    @Test
    @DisplayName("transport row 1: silence ends at the handshake deadline")
    void silenceIsRefused() throws Exception {
        var connection = ScriptedConnection.silent();
        router(CLEAR).accepted(connection);
        router(CAPABLE).accepted(ScriptedConnection.silent());

        assertEquals(List.of(Duration.ofSeconds(5)), connection.readTimeouts);
        assertEquals(
                List.of(
                        new Refusal(Kind.NO_FIRST_BYTE, "failed to read byte: Read timed out"),
                        new Refusal(Kind.NO_FIRST_BYTE, "failed to read first byte: Read timed out")),
                refusals);
    }

    @Test
    @DisplayName("transport row 4: once served, a connection may be silent for ever")
    void theDeadlineEndsWithTheFirstByte() throws Exception {
        var connection = ScriptedConnection.saying(0);
        router(CLEAR).accepted(connection);

        assertEquals(List.of(Duration.ofSeconds(5), Duration.ZERO), connection.readTimeouts);
    }

    @Test
    @DisplayName("transport row 16: a timeout of zero waits for ever")
    void noDeadline() throws Exception {
        var connection = ScriptedConnection.saying(0);
        router(CLEAR.withHandshakeTimeout(Duration.ZERO)).accepted(connection);

        assertEquals(List.of(Duration.ZERO, Duration.ZERO), connection.readTimeouts);
    }

    @Test
    void aRefusedRowStillSaysGoodbyeWithinTheDeadline() throws Exception {
        var connection = ScriptedConnection.saying(3);
        var table = RoutingTable.of(protocol -> new Route(protocol, Reach.CLEAR_ONLY, Route.Callers.ANYONE,
                new Action.Refuse("no certificate", c -> c.output().write(7))));
        new ProtocolRouter(table, CLEAR, observer).accepted(connection);

        assertArrayEquals(new byte[] {7}, connection.sent.toByteArray());
        assertEquals(List.of(new Refusal(Kind.NOT_SERVED, "no certificate")), refusals);
        assertEquals(Duration.ofSeconds(5), connection.readTimeouts.getLast());
    }

    static Stream<Protocol> named() {
        return Stream.of(Protocol.values()).filter(protocol -> protocol.alpnName().isPresent());
    }

    @ParameterizedTest
    @MethodSource("named")
    @DisplayName("transport rows 43, 44, 47, 49, 51, 53, 58: an ALPN name finds the row of its protocol, no byte is taken")
    void namesFindTheirRows(Protocol protocol) throws Exception {
        router(VERIFYING).negotiated(ScriptedConnection.saying(0, 42).negotiated(protocol.alpnName()));

        if (protocol == Protocol.GOSSIP) {
            assertEquals(List.of(new Refusal(Kind.UNKNOWN_ALPN,
                    "discarding RPC for unknown negotiated protocol: protocol=consul/rpc-gossip")), refusals);
        } else {
            assertEquals(List.of(protocol), served);
            assertArrayEquals(new byte[] {0, 42}, leftToRead);
        }
    }

    @Test
    @DisplayName("transport row 46: without a name nothing is served, whatever follows")
    void noNameIsRefused() throws Exception {
        router(CAPABLE).negotiated(ScriptedConnection.saying(0).negotiated(Optional.empty()));
        router(CAPABLE).negotiated(ScriptedConnection.saying(0).negotiated(Optional.of("h2")));

        assertEquals(List.of(
                new Refusal(Kind.UNKNOWN_ALPN, "discarding RPC for unknown negotiated protocol: protocol=none"),
                new Refusal(Kind.UNKNOWN_ALPN, "discarding RPC for unknown negotiated protocol: protocol=h2")), refusals);
    }

    @Test
    @DisplayName("transport rows 40, 41, 42: rows for servers are closed to whoever is none, by byte and by name")
    void rowsForServersAskForProof() throws Exception {
        var asked = new ArrayList<Connection>();
        var stranger = new RouterPolicy(Duration.ofSeconds(5), () -> true, () -> true, connection -> {
            asked.add(connection);
            return Optional.of("no server");
        });
        for (int first : new int[] {1, 9}) {
            enterInsideTls(stranger, first);
        }
        for (var protocol : List.of(Protocol.RAFT, Protocol.RAFT_FORWARDING)) {
            router(stranger).negotiated(ScriptedConnection.saying().negotiated(protocol.alpnName()));
        }
        assertEquals(List.of(), served);
        assertEquals(4, asked.size());
        assertEquals(List.of(new Refusal(Kind.NOT_A_SERVER, "no server")), refusals.stream().distinct().toList());

        enterInsideTls(stranger, 0);
        enterInsideTls(VERIFYING, 1);
        router(CAPABLE).accepted(ScriptedConnection.saying(9, 42));
        assertEquals(List.of(Protocol.RPC, Protocol.RAFT, Protocol.RAFT_FORWARDING), served);
        assertEquals(4, asked.size(), "nobody else is asked for proof");
    }

    private static Kind kindOf(int first) {
        IntPredicate hasRow = b -> b == 2 || b == 6;
        return hasRow.test(first) ? Kind.NOT_SERVED : Kind.UNKNOWN_BYTE;
    }

    private void enter(RouterPolicy policy, int first) throws IOException, InterruptedException {
        router(policy).accepted(ScriptedConnection.saying(first, 42));
    }

    private void enterInsideTls(RouterPolicy policy, int first) throws IOException, InterruptedException {
        router(policy).insideTls(ScriptedConnection.saying(first, 42));
    }

    private ProtocolRouter router(RouterPolicy policy) {
        return new ProtocolRouter(RoutingTable.of(this::row), policy, observer);
    }

    private Route row(Protocol protocol) {
        return switch (protocol) {
            case MULTIPLEX_V1, GOSSIP ->
                Route.refuse(protocol, "unrecognized RPC byte: byte=" + protocol.typeByte().orElseThrow());
            case TLS, TLS_INSECURE, NATIVE_TLS -> serve(protocol).reachableBy(Reach.CLEAR_ONLY);
            case RAFT, RAFT_FORWARDING -> serve(protocol).forServers();
            case RPC, MULTIPLEX, SNAPSHOT, GRPC, WAN_GOSSIP_PACKET, WAN_GOSSIP_STREAM -> serve(protocol);
        };
    }

    private Route serve(Protocol protocol) {
        return Route.serve(protocol, connection -> {
            served.add(protocol);
            leftToRead = connection.input().readAllBytes();
        });
    }
}
