package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.ConnectionHandler;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.server.Handlers;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What is handed to those who registered for it, and refused where nobody has.
class HandlersTest {
    /// Answers with what it got, in capitals; bytes that are no letters come back as they are.
    private static final ConnectionHandler CAPITALS = connection -> {
        for (int b = connection.input().read(); b >= 0; b = connection.input().read()) {
            connection.output().write(Character.toUpperCase(b));
        }
    };

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    @Test
    @DisplayName("transport rows 133, 13: bytes 1 and 9 are handed on, with every byte behind them, however cut")
    void handsConnectionsOn() throws IOException {
        var handlers = Handlers.NONE.with(Protocol.RAFT, CAPITALS).with(Protocol.RAFT_FORWARDING, CAPITALS)
                .with(Protocol.GOSSIP, CAPITALS);
        try (var server = TestServer.start(UnaryOperator.identity(), handlers)) {
            for (var first : new String[] {"01", "09", "06"}) {
                try (var one = server.connect(); var two = server.connect()) {
                    one.send(first + "616263").expect("414243").finish().expectEnd();
                    two.send(first).expectSilence().send("61").expect("41").send("6263").expect("4243");
                    two.finish().expectEnd();
                }
            }
            assertEquals(2, server.counter("rpc.raft_handoff"));
            assertEquals(2, server.counter("rpc.entered.raft_forwarding"));
            assertEquals(2, server.counter("rpc.entered.gossip"));
        }
    }

    @Test
    @DisplayName("the gossip peek: a stream that begins with 6 is handed on, its neighbours are net/rpc")
    void handsStreamsOn() throws IOException {
        try (var server = TestServer.start(UnaryOperator.identity(), Handlers.NONE.with(Protocol.GOSSIP, CAPITALS));
                var session = server.multiplexed()) {
            session.open(1, Wire.hex("06616263")).expect(1, Wire.hex("414243"));
            session.open(3, Requests.PING).expect(3, Requests.OK);
            session.open(5, Wire.hex("06")).send(Frame.data(0, 5, Wire.hex("78"))).expect(5, Wire.hex("58"));
            assertEquals(2, server.counter("rpc.entered.gossip"));
        }
    }

    @Test
    @DisplayName("transport rows 5, 118: without a handler all of them are refused, and counted")
    void refusesWhatNobodyServes() throws IOException {
        try (var server = TestServer.start()) {
            for (var first : new String[] {"01", "06", "09"}) {
                try (var wire = server.connect()) {
                    wire.send(first + "616263").expectEnd();
                }
            }
            try (var session = server.multiplexed()) {
                session.open(1, Wire.hex("06616263"));
                session.until(session.stream(1)::finished);
                session.expect(1, new byte[0]);
                session.expectAlive();
            }
            assertEquals(4, server.counter("rpc.refused.not_served"));
        }
    }

    @Test
    @DisplayName("a server that closes aborts what it has handed on")
    void closesWhatItHandedOn() throws IOException {
        var server = TestServer.start(UnaryOperator.identity(), Handlers.NONE.with(Protocol.RAFT, CAPITALS));
        try (var wire = server.connect()) {
            wire.send("0161").expect("41");
            server.close();
            wire.expectEnd();
        }
    }

    @Test
    void handlersAreForProtocolsThatTheServerDoesNotSpeak() {
        var error = assertThrows(IllegalArgumentException.class, () -> Handlers.NONE.with(Protocol.RPC, CAPITALS));
        assertTrue(String.valueOf(error.getMessage()).startsWith("a server serves RPC itself; handlers are for [RAFT,"),
                error::toString);
        assertEquals(CAPITALS, Handlers.NONE.with(Protocol.RAFT, CAPITALS).of(Protocol.RAFT).orElseThrow());
        assertTrue(Handlers.NONE.of(Protocol.RAFT).isEmpty());
    }
}
