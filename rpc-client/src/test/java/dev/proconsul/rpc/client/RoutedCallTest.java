package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.internal.RoutedCaller;
import dev.proconsul.rpc.client.internal.TokenBucket;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls to a choice of servers: which failures are followed by another attempt, where, and when. On virtual time.
class RoutedCallTest {
    private final VirtualTime time = new VirtualTime();
    private FakeServer a;
    private FakeServer b;
    private ServerPool pool;
    private ServerRouter router;
    private RoutedCaller caller;

    @BeforeEach
    void start() throws Exception {
        a = new FakeServer(RoutedCallTest::answer);
        b = new FakeServer(RoutedCallTest::answer);
        pool = new ServerPool(PoolConfig.OF_AGENTS, Dialers.clearText(), time);
        router = new ServerRouter(ServerRouter.Settings.ofClient("dc1"), pool::ping, time, new SplittableRandom(1));
        caller = caller(CallRate.UNLIMITED);
        ServerSource.fixed("dc1", List.of(a.config().server(), b.config().server())).start(router.lan());
    }

    private RoutedCaller caller(CallRate rate) {
        return new RoutedCaller(pool, router, new TokenBucket(rate, time), time, new SplittableRandom(2));
    }

    @AfterEach
    void end() throws IOException {
        pool.close();
        router.close();
        a.close();
        b.close();
    }

    private static void answer(FakeServer.Line line, FakeServer.Seen seen) throws IOException {
        switch (seen.method()) {
            case "Status.Leader" -> line.reply(seen, Status.LEADER, "10.0.0.1:8300");
            case "Status.Ping" -> line.reply(seen, Status.PING, Empty.ZERO);
            default -> line.reply(seen, KVS.APPLY, true);
        }
    }

    private String read() throws CallException, InterruptedException {
        return caller.call(Status.LEADER, DCSpecificRequest.ZERO);
    }

    private boolean write() throws CallException, InterruptedException {
        return caller.call(KVS.APPLY, KVSRequest.ZERO);
    }

    private static FakeServer.Script refusing(String text) {
        return (line, seen) -> line.refuse(seen, text);
    }

    private static FakeServer.Script ending() {
        return (_, _) -> {
            throw new IOException("ends without an answer");
        };
    }

    @Test
    void callsStayWithOneServer() throws Exception {
        for (int i = 0; i < 5; i++) {
            read();
        }
        assertEquals(5, a.seen.size());
        assertEquals(0, b.seen.size());
    }

    @Test
    void whatWasNotSentIsSentByTheNextServerAtOnce() throws Exception {
        a.close();
        assertTrue(write());
        assertEquals(1, b.seen.size());
        assertEquals(List.of(), time.slept);
    }

    @Test
    void whenNoServerIsThereTheCallSaysSoAtOnce() throws Exception {
        a.close();
        b.close();
        var e = assertThrows(CallException.NotSent.class, this::read);
        assertEquals(Reason.NO_CONNECTION, e.reason());
        assertEquals(List.of(), time.slept);
    }

    @Test
    @DisplayName("calls L4: one call a second, three at once: the fourth is not sent; a second later one is")
    void theRateHasALimit() throws Exception {
        caller = caller(new CallRate(1, 3));
        for (int i = 0; i < 3; i++) {
            write();
        }
        var e = assertThrows(CallException.NotSent.class, this::write);
        assertEquals(Reason.RATE_LIMITED, e.reason());
        assertEquals("RPC rate limit exceeded", e.getMessage());
        assertEquals("RPC rate limit exceeded", e.wireText());

        time.advance(Duration.ofMillis(999));
        assertThrows(CallException.NotSent.class, this::write);
        time.advance(Duration.ofMillis(1));
        write();
        assertThrows(CallException.NotSent.class, this::write);
        time.advance(Duration.ofHours(1));
        for (int i = 0; i < 3; i++) {
            write();
        }
        assertThrows(CallException.NotSent.class, this::write);
        assertEquals(7, a.seen.size());
        assertEquals(List.of(), time.slept, "nobody waits for a token");
    }

    @Test
    @DisplayName("calls.md 5.3: every attempt takes a token, so a call may run out of them between two")
    void everyAttemptTakesAToken() throws Exception {
        caller = caller(new CallRate(0, 2));
        a.close();
        assertTrue(write(), "one attempt for each server");
        assertEquals(Reason.RATE_LIMITED, assertThrows(CallException.NotSent.class, this::write).reason());
        assertEquals(1, b.seen.size());
    }

    @Test
    @DisplayName("calls M12: no server is known: told at once")
    void noServers() {
        ServerSource.fixed("dc1", List.of(a.config().server(), b.config().server()));
        router.servers().forEach(known -> router.lan().left(known.server()));
        var e = assertThrows(CallException.NotSent.class, this::read);
        assertEquals("No known Consul servers", e.getMessage());
        assertEquals(Reason.NO_SERVER, e.reason());
        assertEquals(List.of(), time.slept);
    }

    @Test
    @DisplayName("calls F14: a read whose server ends without an answer is asked again")
    void endedReadsAreAskedAgain() throws Exception {
        read();
        a.script(ending());
        assertEquals("10.0.0.1:8300", read());
        assertEquals(1, b.seen.size());
        assertEquals(1, time.slept.size());
    }

    @Test
    @DisplayName("calls F13: a write whose server ends without an answer is not")
    void endedWritesAreNot() throws Exception {
        read();
        a.script(ending());
        b.script(ending());
        var e = assertThrows(CallException.MaybeExecuted.class, this::write);
        assertEquals("rpc error making call: EOF", e.wireText());
        assertEquals(0, b.seen.size());
    }

    @Test
    @DisplayName("calls F16: a server that says 'elsewhere' is followed by the next")
    void elsewhere() throws Exception {
        a.script(refusing("rate limit exceeded, try again later or against a different server"));
        assertTrue(write());
        assertEquals(1, b.seen.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Permission denied",
            "rate limit exceeded for operation that can only be performed by the leader, try again later"})
    @DisplayName("calls F17: other errors are told, and the next call goes elsewhere (F26)")
    void otherErrors(String text) throws Exception {
        a.script(refusing(text));
        assertEquals(text, assertThrows(CallException.Refused.class, this::write).getMessage());
        assertEquals(0, b.seen.size());
        assertTrue(write());
        assertEquals(1, b.seen.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"No cluster leader", "rpc error making call: please resubmit call for rechunking",
        "rpc error making call: node is not the leader"})
    @DisplayName("calls F4, F19: without a leader a call is repeated for the hold time")
    void noLeader(String text) {
        a.script(refusing(text));
        b.script(refusing(text));
        long start = time.nanoTime();
        assertEquals(text, assertThrows(CallException.Refused.class, this::write).getMessage());
        var took = Duration.ofNanos(time.nanoTime() - start);
        assertTrue(took.compareTo(Duration.ofSeconds(7)) >= 0 && took.compareTo(Duration.ofSeconds(14)) < 0,
                took.toString());
        assertEquals(time.slept.size() + 1, a.seen.size() + b.seen.size());
    }

    @ParameterizedTest
    @CsvSource({"false, true", "true, false"})
    @DisplayName("a consistent read that no leader answers is repeated; one that may be stale as well is refused")
    void aReadThatOnlyALeaderAnswers(boolean mayBeStale, boolean repeated) {
        a.script(refusing("node is not the leader"));
        b.script(refusing("node is not the leader"));
        var request = KeyRequest.ZERO.withQueryOptions(
                QueryOptions.ZERO.withRequireConsistent(true).withAllowStale(mayBeStale));
        assertThrows(CallException.Refused.class, () -> caller.call(KVS.GET, request));
        assertEquals(repeated, !time.slept.isEmpty());
    }

    @Test
    void cancellingAFutureFreesTheServersSide() throws Exception {
        a.script((_, _) -> new CountDownLatch(1).await());
        try (var client = RpcClient.connect(a.config())) {
            var future = client.callAsync(Status.LEADER, DCSpecificRequest.ZERO);
            int stream = a.next().stream();
            future.cancel(true);
            assertEquals(stream, a.aborted.poll(10, TimeUnit.SECONDS));
            assertThrows(CancellationException.class, future::join);
        }
    }

    @Test
    void aBatchGivesAnOutcomeForEachRequest() throws Exception {
        a.script((line, seen) -> {
            if (seen.seq() % 10 == 0) {
                line.refuse(seen, "every tenth is refused");
            } else {
                answer(line, seen);
            }
        });
        try (var client = RpcClient.connect(a.config())) {
            var requests = new ArrayList<KVSRequest>();
            for (int i = 0; i < 200; i++) {
                requests.add(KVSRequest.ZERO);
            }
            var outcomes = client.callAll(KVS.APPLY, requests);
            assertEquals(200, outcomes.size());
            assertEquals(20, outcomes.stream().filter(Outcome.Failure.class::isInstance).count());
            assertEquals(1, a.sockets.size());
        }
    }

    @Test
    void aClientWithSeveralServersConnectsToOneThatAnswers() throws Exception {
        a.close();
        try (var client = RpcClient.connect(ClientConfig.of(a.address(), b.address()))) {
            assertEquals("10.0.0.1:8300", client.status().leader().orElseThrow());
            assertEquals(2, client.servers().size());
        }
    }

    @Test
    void aClientWhoseServersAreAllGoneNamesThem() throws Exception {
        a.close();
        b.close();
        var e = assertThrows(CallException.NotSent.class,
                () -> RpcClient.connect(ClientConfig.of(a.address(), b.address())));
        assertTrue(e.getMessage().startsWith("none of 2 servers answers: ") && e.getMessage().contains(a.address())
                && e.getMessage().contains(b.address()), e.getMessage());
    }
}
