package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.ClientConfig.Mode;
import dev.proconsul.rpc.structs.AutoEncrypt;
import dev.proconsul.rpc.structs.CASignRequest;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.Status;
import dev.proconsul.rpc.transport.tls.CertificateAuthority;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The rows of `calls.md` section 10 on the pool, against a scripted server, on virtual time.
class ServerPoolTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final VirtualTime time = new VirtualTime();
    private FakeServer server;
    private ServerPool pool;
    private ServerInfo target;

    @BeforeEach
    void start() throws IOException {
        server = new FakeServer(ServerPoolTest::answer);
        target = new ServerInfo("id", "a", "dc1", server.address());
        pool = pool(PoolConfig.OF_SERVERS, Dialers.clearText());
    }

    @AfterEach
    void end() throws IOException {
        pool.close();
        server.close();
    }

    private ServerPool pool(PoolConfig config, Dialers dialers) {
        return new ServerPool(config, dialers, time);
    }

    private static void answer(FakeServer.Line line, FakeServer.Seen seen) throws IOException {
        switch (seen.method()) {
            case "Status.Leader" -> line.reply(seen, Status.LEADER, "10.0.0.1:8300");
            case "Status.Ping" -> line.reply(seen, Status.PING, Empty.ZERO);
            case "KVS.Apply" -> line.reply(seen, KVS.APPLY, true);
            default -> line.refuse(seen, "No path to datacenter");
        }
    }

    private String leader() throws CallException, InterruptedException {
        return pool.call(target, Status.LEADER, DCSpecificRequest.ZERO);
    }

    private static <T> FutureTask<T> begin(Callable<T> task) {
        var future = new FutureTask<>(task);
        Thread.startVirtualThread(future);
        return future;
    }

    private List<FutureTask<String>> atOnce(int count) {
        var calls = new ArrayList<FutureTask<String>>();
        for (int i = 0; i < count; i++) {
            calls.add(begin(this::leader));
        }
        return calls;
    }

    @Test
    @DisplayName("calls P1: 50 calls at once to one server make one connection and 50 streams")
    void oneConnectionForAll() throws Exception {
        var together = new CyclicBarrier(50);
        server.script((line, seen) -> {
            together.await(20, TimeUnit.SECONDS);
            answer(line, seen);
        });
        for (var call : atOnce(50)) {
            assertEquals("10.0.0.1:8300", call.get(20, TimeUnit.SECONDS));
        }
        var streams = new HashSet<Integer>();
        for (int i = 0; i < 50; i++) {
            streams.add(server.next().stream());
        }
        assertEquals(50, streams.size());
        assertEquals(1, server.sockets.size());
    }

    /// Dials only when told to.
    private static final class Gate {
        final CountDownLatch open = new CountDownLatch(1);
        final AtomicInteger dials = new AtomicInteger();
        volatile boolean fails;

        Connection dial(InetSocketAddress server, Protocol protocol, Duration timeout) throws IOException {
            dials.incrementAndGet();
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new ConnectException("interrupted");
            }
            if (fails) {
                throw new ConnectException("cannot connect: refused by the test");
            }
            return new TcpDialer().dial(server, protocol, timeout);
        }
    }

    @Test
    @DisplayName("calls P2: when the one dial fails, all who wait for it fail, and nobody else dials "
            + "(deviation: all of them learn why)")
    void oneDialFailsForAll() throws Exception {
        var gate = new Gate();
        gate.fails = true;
        pool = pool(PoolConfig.OF_SERVERS, Dialers.always(gate::dial));
        var failures = new ArrayList<FutureTask<CallException.NotSent>>();
        for (int i = 0; i < 10; i++) {
            failures.add(begin(() -> assertThrows(CallException.NotSent.class, this::leader)));
        }
        while (gate.dials.get() == 0) {
            Thread.onSpinWait();
        }
        gate.open.countDown();
        for (var failure : failures) {
            var e = failure.get(20, TimeUnit.SECONDS);
            assertEquals(Reason.NO_CONNECTION, e.reason());
            assertEquals("rpc error getting client: failed to get conn: cannot connect: refused by the test",
                    e.wireText());
        }
        assertTrue(gate.dials.get() <= 10);
    }

    @Test
    @DisplayName("calls P3: a pool that is closed while calls wait for a dial tells them at once")
    void closingWakesWhoWaitsForADial() throws Exception {
        var gate = new Gate();
        pool = pool(PoolConfig.OF_SERVERS, Dialers.always(gate::dial));
        var failures = List.of(begin(() -> assertThrows(CallException.NotSent.class, this::leader)),
                begin(() -> assertThrows(CallException.NotSent.class, this::leader)));
        while (gate.dials.get() == 0) {
            Thread.onSpinWait();
        }
        pool.close();
        for (var failure : failures) {
            assertEquals("rpc error: shutdown", failure.get(20, TimeUnit.SECONDS).wireText());
        }
        assertEquals(1, gate.dials.get());
    }

    @Test
    @DisplayName("one who waits for a dial waits no longer than its own time, and the dial goes on for the others")
    void eachWaiterHasItsOwnDeadline() throws Exception {
        var gate = new Gate();
        try (var real = new ServerPool(PoolConfig.OF_SERVERS, Dialers.always(gate::dial))) {
            var patient = begin(() -> real.call(target, Status.LEADER, DCSpecificRequest.ZERO, LONG));
            var e = assertThrows(CallException.NotSent.class, () -> real.call(target, Status.LEADER,
                    DCSpecificRequest.ZERO, Duration.ofMillis(30)));
            assertEquals(Reason.TIMED_OUT, e.reason());

            gate.open.countDown();
            assertEquals("10.0.0.1:8300", patient.get(20, TimeUnit.SECONDS));
            assertEquals(1, gate.dials.get());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("one whose dial cannot be cut short, as while a name is looked up, waits no longer than its own time")
    void aDialThatHearsNobody(Mode mode) throws Exception {
        var over = new CountDownLatch(1);
        var late = new LinkedBlockingQueue<Connection>();
        var dialers = Dialers.always((address, protocol, timeout) -> {
            awaitDeafly(over);
            var connection = new Recording(new TcpDialer().dial(address, protocol, LONG), new ArrayList<>());
            late.add(connection); // has no socket to give, so it can be seen to be closed
            return connection;
        });
        try (var real = new ServerPool(PoolConfig.OF_SERVERS.withMode(mode), dialers)) {
            var e = assertThrows(CallException.NotSent.class, () -> real.call(target, Status.LEADER,
                    DCSpecificRequest.ZERO, Duration.ofMillis(30)));
            assertEquals(Reason.TIMED_OUT, e.reason());
            assertEquals("no connection to " + server.address() + " within 30 ms", e.getMessage());
        } finally {
            over.countDown();
        }
        var output = late.take().output();
        assertThrows(IOException.class, () -> {
            while (true) { // until it is closed, since nobody waits for it any more
                output.write(0);
            }
        });
    }

    @Test
    @DisplayName("without streams too a caller whose time is over before that of the dial is told so, not of the dial")
    void aDialIsGivenItsWholeTime() throws Exception {
        var given = new LinkedBlockingQueue<Duration>();
        var dialers = Dialers.always((_, _, timeout) -> {
            given.add(timeout);
            if (timeout.compareTo(PoolConfig.OF_SERVERS.dialTimeout()) < 0) {
                throw new ConnectException("no answer in time"); // a moment before the caller looks at its clock
            }
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                given.add(Duration.ZERO);
            }
            throw new ConnectException("given up");
        });
        try (var real = new ServerPool(PoolConfig.OF_SERVERS.withMode(Mode.SINGLE), dialers)) {
            var e = assertThrows(CallException.NotSent.class, () -> real.call(target, Status.LEADER,
                    DCSpecificRequest.ZERO, Duration.ofMillis(30)));
            assertEquals(Reason.TIMED_OUT, e.reason());
        }
        assertEquals(PoolConfig.OF_SERVERS.dialTimeout(), given.poll(20, TimeUnit.SECONDS));
        assertEquals(Duration.ZERO, given.poll(20, TimeUnit.SECONDS), "nor does the dial outlast its caller");
    }

    private static void awaitDeafly(CountDownLatch latch) {
        long end = System.nanoTime() + LONG.toNanos();
        while (latch.getCount() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
            Thread.interrupted();
        }
    }

    @Test
    @DisplayName("calls P4: the stream of a call that succeeded is used by the next")
    void streamsAreUsedAgain() throws Exception {
        leader();
        leader();
        assertEquals(server.next().stream(), server.next().stream());
    }

    @Test
    @DisplayName("calls P5: an error of the method ends the stream, not the connection")
    void anErrorEndsTheStreamOnly() throws Exception {
        assertThrows(CallException.Refused.class, () -> pool.call(target, KVS.GET, KeyRequest.ZERO));
        leader();
        assertEquals(new FakeServer.Seen(1, 1, 1, "KVS.Get"), server.next());
        assertEquals(new FakeServer.Seen(1, 3, 2, "Status.Leader"), server.next());
    }

    @Test
    @DisplayName("calls P6: a call that ends without an answer takes its connection from the pool; others on it finish")
    void anEndRetiresTheConnection() throws Exception {
        var release = new CountDownLatch(1);
        server.script((line, seen) -> {
            if (seen.method().equals("KVS.Apply")) {
                throw new IOException("ends without an answer");
            }
            release.await();
            answer(line, seen);
        });
        var slow = begin(this::leader);
        assertEquals(1, server.next().connection());

        var e = assertThrows(CallException.MaybeExecuted.class,
                () -> pool.call(target, KVS.APPLY, KVSRequest.ZERO));
        assertEquals("rpc error making call: EOF", e.wireText());
        release.countDown();
        assertEquals("10.0.0.1:8300", slow.get(20, TimeUnit.SECONDS));

        leader();
        server.next(); // KVS.Apply
        assertEquals(2, server.next().connection());
        assertClosed(0); // after its last call
    }

    @Test
    @DisplayName("calls P7: a call that ran out of time leaves its connection in the pool")
    void aDeadlineKeepsTheConnection() throws Exception {
        server.script((_, _) -> new CountDownLatch(1).await());
        try (var real = new ServerPool(PoolConfig.OF_SERVERS, Dialers.clearText())) {
            var e = assertThrows(CallException.MaybeExecuted.class, () -> real.call(target, Status.LEADER,
                    DCSpecificRequest.ZERO, Duration.ofMillis(50)));
            assertEquals("rpc error making call: i/o deadline reached", e.wireText());
            server.script(ServerPoolTest::answer);
            real.call(target, Status.LEADER, DCSpecificRequest.ZERO);
            assertEquals(1, server.sockets.size());
            assertNotNull(server.aborted.poll(10, TimeUnit.SECONDS), "the server's side of the call is freed");
        }
    }

    @Test
    @DisplayName("calls P8: no more idle streams are kept than configured")
    void surplusStreamsAreClosed() throws Exception {
        pool.close();
        pool = pool(PoolConfig.OF_SERVERS.withIdle(2, Duration.ofMinutes(2)), Dialers.clearText());
        var together = new CyclicBarrier(5);
        server.script((line, seen) -> {
            together.await(20, TimeUnit.SECONDS);
            answer(line, seen);
        });
        for (var call : atOnce(5)) {
            call.get(20, TimeUnit.SECONDS);
        }
        server.script(ServerPoolTest::answer);
        var session = server.sessions.getFirst();
        for (int turns = 0; session.openStreams() > 2 && turns < 10_000; turns++) {
            session.ping();
        }
        assertEquals(2, session.openStreams());
    }

    @Test
    @DisplayName("calls P9: a connection that opens no more streams is dialed once more, and the call succeeds")
    void aDeadSessionIsDialedAnew() throws Exception {
        leader();
        server.sessions.getFirst().goAway();
        server.sessions.getFirst().ping();
        var calls = atOnce(3);
        for (var call : calls) {
            assertEquals("10.0.0.1:8300", call.get(20, TimeUnit.SECONDS));
        }
        assertEquals(2, server.sockets.size());
    }

    @Test
    @DisplayName("calls P10: a second connection that opens no stream either is an error")
    void twoDeadSessionsAreAnError() throws Exception {
        pool = pool(PoolConfig.OF_SERVERS, Dialers.always((address, protocol, timeout) -> {
            var connection = new TcpDialer().dial(address, protocol, timeout);
            connection.abort(); // the session ends before its first stream
            return connection;
        }));
        var e = assertThrows(CallException.class, this::leader);
        assertTrue(e.wireText().startsWith("rpc error getting client: failed to start stream: ")
                || e.reason() == Reason.ENDED, e.wireText()); // the latter if the session hears of the end only afterwards
    }

    @Test
    @DisplayName("calls P11: a connection that no call has used for the idle time is closed; P12: not while one is in "
            + "flight")
    void idleConnectionsAreClosed() throws Exception {
        var release = new CountDownLatch(1);
        server.script((line, seen) -> {
            release.await();
            answer(line, seen);
        });
        var slow = begin(() -> pool.call(target, Status.LEADER, DCSpecificRequest.ZERO, Duration.ofHours(1)));
        server.next();
        time.advance(Duration.ofMinutes(3));
        pool.tick();
        assertEquals(1, pool.servers(), "P12");

        release.countDown();
        slow.get(20, TimeUnit.SECONDS);
        leader();
        time.advance(Duration.ofMinutes(2).minusNanos(1));
        pool.tick();
        assertEquals(1, pool.servers(), "used since");
        time.advance(Duration.ofNanos(1));
        pool.tick();
        assertEquals(0, pool.servers(), "P11");
        assertClosed(0);

        leader();
        assertEquals(2, server.sockets.size());
    }

    @Test
    @DisplayName("calls P13: one address in two datacenters is two servers")
    void datacentersAreApart() throws Exception {
        leader();
        pool.call(new ServerInfo("id", "a", "dc2", server.address()), Status.LEADER, DCSpecificRequest.ZERO);
        assertEquals(2, pool.servers());
        assertEquals(2, server.sockets.size());
    }

    @Test
    @DisplayName("calls P14: a server without a name is refused")
    void aServerNeedsAName() {
        var e = assertThrows(CallException.NotSent.class, () -> pool.call(
                new ServerInfo("id", "", "dc1", server.address()), Status.LEADER, DCSpecificRequest.ZERO));
        assertEquals("pool: ConnPool.RPC requires a node name", e.getMessage());
    }

    @Test
    @DisplayName("calls P15: AutoEncrypt.Sign has a connection of its own, byte 7")
    void insecureCallsAreAlone() {
        var protocols = new ArrayList<Protocol>();
        pool = pool(PoolConfig.OF_SERVERS.withDatacenter("dc1"), Dialers.always((address, protocol, timeout) -> {
            protocols.add(protocol);
            return new TcpDialer().dial(address, protocol, timeout);
        }));
        for (int i = 0; i < 2; i++) {
            var e = assertThrows(CallException.NotSent.class,
                    () -> pool.call(target, AutoEncrypt.SIGN, CASignRequest.ZERO));
            assertTrue(e.getMessage().contains("needs TLS"), e.getMessage());
        }
        assertEquals(List.of(Protocol.TLS_INSECURE, Protocol.TLS_INSECURE), protocols);
        assertEquals(0, pool.servers());
    }

    @Test
    @DisplayName("calls P16: AutoEncrypt.Sign goes to no other datacenter")
    void insecureCallsStayAtHome() {
        pool = pool(PoolConfig.OF_SERVERS.withDatacenter("dc2"), Dialers.clearText());
        var e = assertThrows(CallException.NotSent.class,
                () -> pool.call(target, AutoEncrypt.SIGN, CASignRequest.ZERO));
        assertEquals("insecure dialing prohibited between datacenters", e.getMessage());
        assertEquals(0, server.sockets.size());
    }

    /// The server's side of a connection ends.
    private void assertClosed(int connection) {
        var session = server.sessions.get(connection);
        var end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (session.isOpen() && System.nanoTime() < end) {
            Thread.yield();
        }
        assertFalse(session.isOpen());
    }

    private Duration deadlineOf(QueryOptions options) throws Exception {
        var limits = new ArrayList<Duration>();
        var alone = pool(pool.config().withMode(Mode.SINGLE), Dialers.always((address, protocol, timeout) ->
                new Recording(new TcpDialer().dial(address, protocol, timeout), limits)));
        try (alone) {
            assertThrows(CallException.Refused.class, () -> alone.call(target, KVS.GET,
                    KeyRequest.ZERO.withQueryOptions(options)));
        }
        return limits.getFirst();
    }

    @Test
    @DisplayName("calls P17 to P19: an answer may take 60 s; that of a blocking query its wait, a sixteenth, and 7 s; "
            + "the wait is 10 min at most")
    void deadlines() throws Exception {
        var blocking = QueryOptions.ZERO.withMinQueryIndex(1);
        assertEquals(Duration.ofSeconds(60), deadlineOf(QueryOptions.ZERO));
        assertEquals(Duration.ofMillis(325_750), deadlineOf(blocking.withMaxQueryTime(Duration.ofMinutes(5))));
        assertEquals(Duration.ofMillis(644_500), deadlineOf(blocking.withMaxQueryTime(Duration.ofMinutes(20))));
    }

    @Test
    @DisplayName("calls P20: a call timeout of 2 h counts as 1 h, also when it is changed later")
    void theCallTimeoutHasALimit() throws Exception {
        pool.callTimeout(Duration.ofHours(2));
        assertEquals(Duration.ofHours(1), deadlineOf(QueryOptions.ZERO));
    }

    @Test
    @DisplayName("calls P21: connections come from the configured address")
    void sourceAddress() throws Exception {
        var source = InetAddress.getByName("127.0.0.5");
        pool = pool(PoolConfig.OF_SERVERS, Dialers.always(TcpDialer.from(source)));
        leader();
        assertEquals(source, server.sockets.getFirst().getInetAddress());

        pool = pool(PoolConfig.OF_SERVERS, Dialers.always(TcpDialer.from(InetAddress.getByName("0.0.0.0"))));
        leader();
        assertEquals("127.0.0.1", server.sockets.get(1).getInetAddress().getHostAddress());
    }

    @Test
    @DisplayName("calls P22: no gateway is known to another datacenter")
    void noGateway() throws Exception {
        var asked = new AtomicReference<String>();
        pool = pool(PoolConfig.OF_SERVERS, Dialers.throughGateways("dc2", TlsConfigurator.load(withCertificate()),
                datacenter -> {
                    asked.set(datacenter);
                    return Optional.empty();
                }, Dialers.clearText()));
        var e = assertThrows(CallException.NotSent.class, this::leader);
        assertEquals("Remote DC has no server currently reachable", e.getMessage());
        assertEquals("dc1", asked.get());
        leaderOf("dc2");
    }

    private static TlsConfig withCertificate() {
        var now = Instant.now();
        var validity = Duration.ofDays(1);
        var authority = CertificateAuthority.create(
                new CertificateAuthority.Plan("Test CA", validity, List.of(), ""), now);
        var own = authority.issue(new CertificateAuthority.Subject(
                CertificateAuthority.Usage.SERVER, "server.dc2.consul", List.of(), List.of(), validity), now);
        return TlsConfig.NONE.withAuthorities(PemSource.text("ca", authority.pem().certificate()))
                .withCertificate(PemSource.text("cert", own.certificate()), PemSource.text("key", own.key()));
    }

    private void leaderOf(String datacenter) throws CallException, InterruptedException {
        pool.call(new ServerInfo("id", "a", datacenter, server.address()), Status.LEADER, DCSpecificRequest.ZERO);
    }

    @Test
    @DisplayName("calls P23, P24: no stream is opened before there is a request to send on it")
    void noSilentStreams() throws Exception {
        pool.connect(target);
        while (server.sessions.isEmpty()) {
            Thread.onSpinWait();
        }
        server.sessions.getFirst().ping(); // all that was sent before has arrived
        assertEquals(0, server.sessions.getFirst().openStreams());
        leader();
        assertEquals(1, server.next().stream());
        assertNull(server.seen.poll());
    }

    @Test
    @DisplayName("yamux X08: a write finds the stream that its server has ended while it was idle, and takes a fresh one")
    void anEndedIdleStreamIsNotUsed() throws Exception {
        server.script((line, seen) -> {
            answer(line, seen);
            throw new IOException("the server ends an idle stream");
        });
        leader();
        server.script(ServerPoolTest::answer);
        var session = server.sessions.getFirst();
        session.ping(); // its FIN has arrived at the client before the answer to a ping that comes after it
        assertTrue(pool.call(target, KVS.APPLY, KVSRequest.ZERO));
        server.next();
        assertEquals(3, server.next().stream());
        assertEquals(1, server.sockets.size());
    }

    @Test
    @DisplayName("a deadline that was far away when the call began is kept all the same")
    void farDeadlinesAreKept() throws Exception {
        server.script((_, _) -> new CountDownLatch(1).await());
        var call = begin(() -> assertThrows(CallException.MaybeExecuted.class, this::leader));
        server.next();
        time.advance(Duration.ofSeconds(59).plusMillis(900));
        pool.tick(); // from now on the waiting read has a limit of 100 ms, on the machine's clock
        time.advance(Duration.ofMillis(100));
        var e = call.get(20, TimeUnit.SECONDS);
        assertEquals(Reason.TIMED_OUT, e.reason());

        server.script(ServerPoolTest::answer);
        leader();
        time.advance(Duration.ofMillis(58_900)); // a limit that is left from a former call ends no later one
        pool.tick();
        leader();
    }

    @Test
    @DisplayName("a call that should long be over, but still occupies its thread, is ended from outside")
    void overdueCallsAreEnded() throws Exception {
        server.script((_, _) -> new CountDownLatch(1).await());
        var call = begin(() -> assertThrows(CallException.MaybeExecuted.class, this::leader));
        server.next();
        time.advance(Duration.ofSeconds(62));
        pool.tick();
        var e = call.get(20, TimeUnit.SECONDS);
        assertEquals(Reason.TIMED_OUT, e.reason());
        assertEquals("Status.Leader to " + server.address() + ": no answer within 60 s", e.getMessage());
    }

    @Test
    void anAddressThatIsNoneIsNamed() {
        var e = assertThrows(CallException.NotSent.class, () -> pool.call(
                new ServerInfo("id", "a", "dc1", "a b"), Status.LEADER, DCSpecificRequest.ZERO));
        assertEquals("server a: 'a b' is no server address; expected HOST:PORT, HOST or [IPV6]:PORT", e.getMessage());
        assertInstanceOf(IllegalArgumentException.class, e.getCause());
    }
}
