package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.ClientConfig.Mode;
import dev.proconsul.rpc.client.FakeServer.Seen;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.ResponseHeader;
import dev.proconsul.rpc.structs.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Calls against a scripted server: sharing of connections, kinds of failure, retries, interrupts, closing.
class CallTest {
    private static final FakeServer.Script LEADER = CallTest::leader;

    private FakeServer server;

    @BeforeEach
    void listen() throws IOException {
        server = new FakeServer(LEADER);
    }

    @AfterEach
    void end() throws IOException {
        server.close();
    }

    private static void leader(FakeServer.Line line, Seen seen) throws IOException {
        switch (seen.method()) {
            case "Status.Leader" -> line.reply(seen, Status.LEADER, "10.0.0.1:8300");
            case "KVS.Apply" -> line.reply(seen, KVS.APPLY, false);
            default -> line.refuse(seen, "rpc: can't find method " + seen.method());
        }
    }

    private static <T> FutureTask<T> start(Callable<T> task) {
        var future = new FutureTask<>(task);
        Thread.startVirtualThread(future);
        return future;
    }

    private static <T> T result(FutureTask<T> task) throws Exception {
        return task.get(20, TimeUnit.SECONDS);
    }

    @Test
    void parallelCallsHaveStreamsOfTheirOwnOnOneConnection() throws Exception {
        var together = new CyclicBarrier(4);
        server.script((line, seen) -> {
            together.await(10, TimeUnit.SECONDS);
            leader(line, seen);
        });
        try (var client = RpcClient.connect(server.config())) {
            var calls = new ArrayList<FutureTask<?>>();
            for (int i = 0; i < 4; i++) {
                calls.add(start(client.status()::leader));
            }
            for (var call : calls) {
                result(call);
            }
            Set<Integer> streams = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                var seen = server.next();
                assertEquals(1, seen.connection());
                streams.add(seen.stream());
            }
            assertEquals(Set.of(1, 3, 5, 7), streams);

            server.script(LEADER);
            client.status().leader();
            assertTrue(streams.contains(server.next().stream()), "an idle stream is used again");
        }
    }

    @Test
    void manyFirstCallersShareOneDial() throws Exception {
        try (var client = RpcClient.connect(server.config())) {
            client.status().leader();
            server.sessions.getFirst().close();
            var calls = new ArrayList<FutureTask<?>>();
            for (int i = 0; i < 20; i++) {
                calls.add(start(client.status()::leader));
            }
            for (var call : calls) {
                result(call);
            }
            assertEquals(2, server.sockets.size());
        }
    }

    @Test
    void noMoreStreamsStayOpenThanMayBeIdle() throws Exception {
        var together = new CyclicBarrier(5);
        server.script((line, seen) -> {
            together.await(10, TimeUnit.SECONDS);
            leader(line, seen);
        });
        try (var client = RpcClient.connect(server.config().withIdleStreams(2))) {
            var calls = new ArrayList<FutureTask<?>>();
            for (int i = 0; i < 4; i++) {
                calls.add(start(client.status()::leader));
            }
            calls.add(start(() -> assertThrows(CallException.Refused.class, client.status()::peers)));
            for (var call : calls) {
                result(call);
            }

            assertEquals(2, openStreamsInTheEnd(2));
            assertEquals(1, server.sockets.size());
        }
    }

    /// Gives the ends of streams time to arrive, in turns of a ping.
    private int openStreamsInTheEnd(int expected) throws IOException {
        var session = server.sessions.getFirst();
        for (int turn = 0; turn < 1000 && session.openStreams() != expected; turn++) {
            session.ping();
        }
        session.ping();
        return session.openStreams();
    }

    @Test
    void withoutIdleStreamsEachCallHasAFreshOne() throws Exception {
        try (var client = RpcClient.connect(server.config().withIdleStreams(0))) {
            client.status().leader();
            client.status().leader();
            assertEquals(List.of(1, 3), List.of(server.next().stream(), server.next().stream()));
        }
    }

    @Test
    void singleModeKeepsItsConnectionUntilAnError() throws Exception {
        try (var client = RpcClient.connect(server.config().withMode(Mode.SINGLE))) {
            client.status().leader();
            client.status().leader();
            assertThrows(CallException.Refused.class, client.status()::peers);
            client.status().leader();

            assertEquals(List.of(1, 1, 1, 2), List.of(server.next().connection(), server.next().connection(),
                    server.next().connection(), server.next().connection()));
        }
    }

    @Test
    @DisplayName("transport row 148: an answer with another Seq is accepted")
    void anAnswerWithAnotherSeqIsAccepted() throws Exception {
        server.script((line, seen) ->
                line.send(new ResponseHeader("", seen.seq() + 77, "Other.Method"), Status.LEADER.reply(), "x:1"));
        try (var client = RpcClient.connect(server.config())) {
            assertEquals("x:1", client.status().leader().orElseThrow());
        }
    }

    @Test
    @DisplayName("transport row 149: after a go-away the client dials anew, and calls in flight finish")
    void afterAGoAwayTheClientDialsAnewAndCallsInFlightFinish() throws Exception {
        var answer = new CountDownLatch(1);
        server.script((line, seen) -> {
            if (seen.connection() == 1) {
                answer.await(20, TimeUnit.SECONDS);
            }
            leader(line, seen);
        });
        try (var client = RpcClient.connect(server.config())) {
            var inFlight = start(client.status()::leader);
            assertEquals(1, server.next().connection());
            server.sessions.getFirst().goAway();
            server.sessions.getFirst().ping(); // the client has read the go-away when it answers

            assertEquals("10.0.0.1:8300", client.status().leader().orElseThrow());
            assertEquals(2, server.next().connection());
            answer.countDown();
            assertEquals("10.0.0.1:8300", result(inFlight).orElseThrow());
            client.status().leader();
            assertEquals(2, server.next().connection(), "a stream of the old connection is not used again");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheServerSaysIsRefused(Mode mode) throws Exception {
        try (var client = RpcClient.connect(server.config().withMode(mode))) {
            var e = assertThrows(CallException.Refused.class, client.status()::peers);

            assertEquals("rpc: can't find method Status.Peers", e.getMessage());
            assertEquals("Status.Peers to " + server.address(), e.where());
            assertTrue(e.toString().contains(server.address()), e.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatIsNotThereIsNotSent(Mode mode) throws Exception {
        server.close();

        var e = assertThrows(CallException.NotSent.class, () -> RpcClient.connect(server.config().withMode(mode)));

        assertEquals("cannot connect to " + server.address() + ": Connection refused", e.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatHasGoneIsNotSentEvenForAWrite(Mode mode) throws Exception {
        try (var client = RpcClient.connect(server.config().withMode(mode).withIdleStreams(0))) {
            client.status().leader();
            server.close();

            // The first call may be what finds out that the session has ended; the second one knows.
            assertThrows(CallException.class, () -> client.kv().put("a", new byte[1]));
            var e = assertThrows(CallException.NotSent.class, () -> client.kv().put("a", new byte[1]));

            assertEquals("cannot connect to " + server.address() + ": Connection refused", e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReadOnAStreamThatEndedWhileItWasIdleIsAskedAgain(Mode mode) throws Exception {
        server.script((line, seen) -> {
            if (seen.seq() == 2) {
                line.close();
            } else {
                leader(line, seen);
            }
        });
        try (var client = RpcClient.connect(server.config().withMode(mode))) {
            client.status().leader();

            assertEquals("10.0.0.1:8300", client.status().leader().orElseThrow());
            assertEquals(List.of(1L, 2L, 3L), List.of(server.next().seq(), server.next().seq(), server.next().seq()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriteThatGotNoAnswerIsMaybeExecutedAndNotRepeated(Mode mode) throws Exception {
        server.script((line, seen) -> {
            if (seen.method().equals("KVS.Apply")) {
                line.close();
            } else {
                leader(line, seen);
            }
        });
        try (var client = RpcClient.connect(server.config().withMode(mode))) {
            client.status().leader();

            var e = assertThrows(CallException.MaybeExecuted.class, () -> client.kv().put("a", new byte[1]));

            assertEquals("KVS.Apply to " + server.address() + ": the server ended the conversation without an answer",
                    e.getMessage());
            assertEquals("Status.Leader", server.next().method());
            assertEquals("KVS.Apply", server.next().method());
            client.status().leader();
            assertEquals("Status.Leader", server.next().method());
        }
    }

    @Test
    void aReadWhoseAnswerHadBegunIsNotRepeated() throws Exception {
        server.script((line, seen) -> {
            if (seen.seq() == 1) {
                leader(line, seen);
            } else {
                line.out.write(0x83);
                line.close();
            }
        });
        try (var client = RpcClient.connect(server.config())) {
            client.status().leader();

            assertThrows(CallException.MaybeExecuted.class, client.status()::leader);
            assertEquals(2, server.seen.size());
        }
    }

    @Test
    void anAnswerOfTheWrongTypeIsTold() throws Exception {
        server.script((line, seen) -> line.send(new ResponseHeader("", seen.seq(), seen.method()), KVS.APPLY.reply(),
                true));
        try (var client = RpcClient.connect(server.config())) {
            var e = assertThrows(CallException.MaybeExecuted.class, client.status()::leader);

            assertTrue(e.getMessage().startsWith("Status.Leader to " + server.address() + ": "), e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void noAnswerInTimeIsTold(Mode mode) throws Exception {
        var never = new CountDownLatch(1);
        server.script((line, seen) -> never.await(30, TimeUnit.SECONDS));
        var config = server.config().withMode(mode).withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(80));
        try (var client = RpcClient.connect(config)) {
            var e = assertThrows(CallException.MaybeExecuted.class, client.status()::leader);

            assertEquals("Status.Leader to " + server.address() + ": no answer within 80 ms", e.getMessage());
            assertEquals(1, server.seen.size());
        } finally {
            never.countDown();
        }
    }

    @ParameterizedTest
    @EnumSource
    void interruptingACallerEndsItsCallAtOnceAndNoOther(Mode mode) throws Exception {
        var free = new CountDownLatch(1);
        server.script((line, seen) -> {
            if (seen.method().equals("Status.Leader")) {
                free.await(30, TimeUnit.SECONDS);
            }
            leader(line, seen);
        });
        try (var client = RpcClient.connect(server.config().withMode(mode))) {
            var other = start(client.status()::leader);
            server.next();
            var cleared = new AtomicInteger();
            var task = new FutureTask<>(() -> {
                var e = assertThrows(InterruptedException.class, client.status()::leader);
                cleared.set(Thread.currentThread().isInterrupted() ? 1 : 2);
                return e;
            });
            var caller = Thread.startVirtualThread(task);
            var seen = server.next();

            caller.interrupt();

            assertNotNull(result(task));
            assertEquals(2, cleared.get(), "the mark is taken off");
            if (mode == Mode.MUX) {
                assertEquals(seen.stream(), server.aborted.poll(10, TimeUnit.SECONDS));
            }
            free.countDown();
            assertEquals("10.0.0.1:8300", result(other).orElseThrow());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsCallsInFlightAndLaterOnesSayThatItIsClosed(Mode mode) throws Exception {
        var never = new CountDownLatch(1);
        var client = RpcClient.connect(server.config().withMode(mode));
        client.status().leader(); // so that a read could be repeated, if the client were not closed
        server.next();
        server.script((line, seen) -> never.await(30, TimeUnit.SECONDS));
        var inFlight = start(() -> assertThrows(CallException.MaybeExecuted.class, client.status()::leader));
        server.next();

        client.close();
        client.close();

        assertEquals("Status.Leader to " + server.address() + ": the client was closed during the call",
                result(inFlight).getMessage());
        var e = assertThrows(CallException.NotSent.class, client.status()::leader);
        assertEquals("the client of " + server.address() + " is closed", e.getMessage());
        never.countDown();
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatSpeaksHttpIsNamedAsWhatItIs(Mode mode) throws Exception {
        var e = failureWith("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(
                StandardCharsets.US_ASCII), mode);

        assertTrue(e.getMessage().contains("what listens there does not speak Consul's RPC"), e.getMessage());
        assertTrue(e.getMessage().contains("8300"), e.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatClosesAtOnceIsNamedAsWhatItIs(Mode mode) throws Exception {
        var e = failureWith(new byte[0], mode);

        assertTrue(e.getMessage().contains("is this the server port of a Consul server"), e.getMessage());
    }

    private static CallException failureWith(byte[] answer, Mode mode) throws Exception {
        try (var stranger = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> answerEveryone(stranger, answer));
            var config = ClientConfig.of("127.0.0.1:" + stranger.getLocalPort()).withMode(mode);
            try (var client = RpcClient.connect(config)) {
                var e = assertThrows(CallException.class, client.status()::leader);
                assertFalse(e instanceof CallException.Refused);
                assertTrue(e.getMessage().contains(config.address()), e.getMessage());
                return e;
            }
        }
    }

    /// Reads what a first call says before it answers, so that no byte is left to cause a reset.
    private static void answerEveryone(ServerSocket stranger, byte[] answer) {
        while (true) {
            try (var socket = stranger.accept()) {
                socket.setSoTimeout(5_000);
                socket.getInputStream().readNBytes(40);
                socket.getInputStream().readNBytes(socket.getInputStream().available());
                socket.getOutputStream().write(answer);
            } catch (IOException e) {
                if (stranger.isClosed()) {
                    return;
                }
            }
        }
    }

    @Test
    void anInterruptBeforeTheCallIsAnInterrupt() throws Exception {
        try (var client = RpcClient.connect(server.config())) {
            var task = start(() -> {
                Thread.currentThread().interrupt();
                return client.status().leader();
            });

            var e = assertThrows(ExecutionException.class, () -> result(task));

            assertInstanceOf(InterruptedException.class, e.getCause());
            assertEquals("10.0.0.1:8300", client.status().leader().orElseThrow(), "the client goes on");
        }
    }
}
