package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Membership;
import dev.proconsul.rpc.api.ServerEvent;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.SingleServer;
import dev.proconsul.rpc.server.Cluster;
import dev.proconsul.rpc.server.Handlers;
import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.IndexedDirEntries;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.QueryMeta;
import dev.proconsul.rpc.structs.QueryOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What a server does with its peers when it closes.
class ShutdownTest {
    private static final int WINDOW = 262_144;

    private static byte[] block() {
        var options = QueryOptions.ZERO.withMinQueryIndex(1).withMaxQueryTime(Duration.ofMinutes(5));
        return Requests.of(1, KVS.GET, KeyRequest.ZERO.withKey("k").withQueryOptions(options));
    }

    /// What a query for an absent key has while it waits.
    private static byte[] whatThereIs() {
        var meta = QueryMeta.ZERO.withIndex(1).withKnownLeader(true);
        return Requests.answer(1, KVS.GET, IndexedDirEntries.ZERO.withQueryMeta(meta));
    }

    @AfterEach
    void noThreadIsLeft() {
        Threads.awaitNone();
    }

    @Test
    @DisplayName("Blocking queries are answered with what there is, on both transports; then the connections end")
    void answersBlockingQueries() throws IOException {
        try (var server = TestServer.start(); var wire = server.connect(); var session = server.multiplexed()) {
            wire.send(Wire.hex("00"), block());
            session.open(1, block()).open(3, block());
            server.awaitCounter("rpc.queries_blocking", 3);
            server.running().close();
            wire.expect(whatThereIs()).expectEnd();
            session.expect(1, whatThereIs()).expect(3, whatThereIs());
            assertEquals(1, session.frames().stream().filter(frame -> frame.type() == Frame.GO_AWAY).count());
            session.wire().readToEnd();
            server.expectIdle();
        }
    }

    @Test
    @DisplayName("A membership that was given keeps no listener")
    void letsGoOfTheMembership() throws IOException {
        var listeners = new AtomicInteger();
        var members = new Membership() {
            @Override
            public List<ServerInfo> servers(String datacenter) {
                return List.of();
            }

            @Override
            public Subscription watch(Consumer<? super ServerEvent> listener) {
                listeners.incrementAndGet();
                return listeners::decrementAndGet;
            }
        };
        var server = RpcServer.start(ServerConfig.dev().withServerPort(0), Handlers.NONE, new Cluster(SingleServer::new, members));
        assertTrue(listeners.get() > 0);
        server.close();
        assertEquals(0, listeners.get());
    }

    @Test
    @DisplayName("Idle connections end, and so do those that have not said what they are")
    void endsIdleConnections() throws IOException {
        try (var server = TestServer.start(); var silent = server.connect(); var wire = server.connect();
                var session = server.multiplexed()) {
            wire.send(Wire.hex("00"), Requests.PING).expect(Requests.OK);
            session.open(1, Requests.PING).expect(1, Requests.OK);
            server.awaitCounter("rpc.connections", 3);
            long begin = System.nanoTime();
            server.running().close();
            silent.expectEnd();
            wire.expectEnd();
            session.wire().readToEnd();
            assertTrue(System.nanoTime() - begin < Duration.ofSeconds(3).toNanos(), "nothing to wait for");
        }
    }

    @Test
    @DisplayName("A connection with half a request ends too")
    void endsHalfRequests() throws IOException {
        try (var server = TestServer.start(); var wire = server.connect()) {
            wire.send(Wire.hex("00"), Requests.PING).expect(Requests.OK).send(Requests.header(1, "KVS.Get"));
            server.running().close();
            wire.readToEnd();
        }
    }

    @Test
    @DisplayName("An answer on its way is waited for, as long as its client takes it in")
    void letsAnswersOut() throws Exception {
        try (var server = TestServer.start(); var session = server.multiplexed()) {
            var answer = bigAnswer(server);
            session.open(1, Requests.of(1, KVS.GET, KeyRequest.ZERO.withKey("big")));
            session.until(() -> session.stream(1).length() == WINDOW); // no credit left: the call is in flight
            var closing = Thread.ofVirtual().start(() -> server.running().close());
            session.until(() -> session.frames().getLast().type() == Frame.GO_AWAY);
            session.send(Frame.credit(0, 1, answer.length)).expect(1, answer);
            session.wire().readToEnd();
            assertTrue(closing.join(Wire.PATIENCE));
        }
    }

    @Test
    @DisplayName("A client that takes nothing in keeps the server for the drain time and no longer")
    void doesNotWaitForEver() throws Exception {
        try (var server = TestServer.start(config -> config.withDrainTime(Duration.ofMillis(100)));
                var session = server.multiplexed()) {
            bigAnswer(server);
            session.open(1, Requests.of(1, KVS.GET, KeyRequest.ZERO.withKey("big")));
            session.until(() -> session.stream(1).length() == WINDOW);
            long begin = System.nanoTime();
            server.running().close();
            long took = System.nanoTime() - begin;
            assertTrue(took >= Duration.ofMillis(100).toNanos() && took < Duration.ofSeconds(4).toNanos(), () -> took
                    + " ns");
        }
    }

    private static byte[] bigAnswer(TestServer server) throws Exception {
        var entry = DirEntry.ZERO.withKey("big").withValue(Bytes.of(new byte[WINDOW + 50_000]));
        server.call(KVS.APPLY, KVSRequest.ZERO.withOp(KVOp.SET).withDirEnt(entry));
        return Requests.answer(1, KVS.GET, server.call(KVS.GET, KeyRequest.ZERO.withKey("big")));
    }

    @Test
    @DisplayName("The port is given back, and closing twice is harmless")
    void givesThePortBack() throws IOException {
        try (var server = TestServer.start()) {
            server.running().close();
            server.running().close();
            int port = server.address().getPort();
            try (var next = TestServer.start(config -> config.withServerPort(port))) {
                next.expectAlive();
            }
        }
    }

    @Test
    @DisplayName("A hundred servers come and go without leaving a thread")
    void leavesNothingBehind() throws IOException {
        for (int i = 0; i < 100; i++) {
            try (var server = TestServer.start()) {
                server.expectAlive();
            }
        }
    }
}
