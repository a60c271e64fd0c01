package dev.proconsul.rpc.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.api.Refusal.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The first byte of a multiplexed stream, without a multiplexer.
class StreamRouterTest {
    private final List<String> seen = new ArrayList<>();
    private final RouterObserver observer = new RouterObserver() {
        @Override
        public void entered(Protocol protocol, Connection connection) {
            seen.add("entered " + protocol);
        }

        @Override
        public void refused(Refusal refusal, Connection connection) {
            seen.add(refusal.kind() + " " + refusal.message());
        }
    };
    private byte[] leftToRead = {};

    private StreamRouter router(Route gossip) {
        return new StreamRouter(handler("rpc"), gossip, observer);
    }

    private ConnectionHandler handler(String name) {
        return stream -> {
            seen.add(name);
            leftToRead = stream.input().readAllBytes();
        };
    }

    @Test
    @DisplayName("transport row 118: without a handler for gossip a stream that begins with 6 is refused, alone")
    void refusesGossip() throws Exception {
        var refusing = Route.refuse(Protocol.GOSSIP, "unrecognized RPC byte: byte=6");
        router(refusing).serve(ScriptedConnection.saying(6, 42));

        assertEquals(List.of(Kind.NOT_SERVED + " unrecognized RPC byte: byte=6"), seen);
    }

    @Test
    @DisplayName("with a handler it gets the stream, without the byte")
    void handsGossipOn() throws Exception {
        router(Route.serve(Protocol.GOSSIP, handler("gossip"))).serve(ScriptedConnection.saying(6, 42));

        assertEquals(List.of("entered GOSSIP", "gossip"), seen);
        assertArrayEquals(new byte[] {42}, leftToRead);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5, 7, 0x82, 0xff})
    @DisplayName("any other first byte belongs to net/rpc")
    void everythingElseIsRpc(int first) throws Exception {
        router(Route.serve(Protocol.GOSSIP, handler("gossip"))).serve(ScriptedConnection.saying(first, 42));

        assertEquals(List.of("rpc"), seen);
        assertArrayEquals(new byte[] {(byte) first, 42}, leftToRead);
    }

    @Test
    @DisplayName("transport rows 102, 103: a stream that ends before its first byte is no event")
    void anEmptyStreamIsNothing() throws Exception {
        router(Route.serve(Protocol.GOSSIP, handler("gossip"))).serve(ScriptedConnection.saying());

        assertEquals(List.of(), seen);
    }
}
