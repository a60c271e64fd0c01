package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.server.Cluster;
import dev.proconsul.rpc.server.Handlers;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.SessionRequest;
import dev.proconsul.rpc.structs.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;

/// A server on a free port of 127.0.0.1. Closing it also checks that it leaves nothing behind.
final class TestServer implements AutoCloseable {
    private static final byte SESSION_MESSAGE = 3;

    private final RunningServer running;

    private TestServer(RunningServer running) {
        this.running = running;
    }

    static TestServer start() throws IOException {
        return start(UnaryOperator.identity());
    }

    static TestServer start(UnaryOperator<ServerConfig> change) throws IOException {
        return start(change, Handlers.NONE);
    }

    static TestServer start(UnaryOperator<ServerConfig> change, Handlers handlers) throws IOException {
        var config = ServerConfig.dev().withNode("s1").withServerPort(0).withMaxConnectionsPerClient(0);
        return new TestServer(RunningServer.start(change.apply(config), handlers, Cluster.ALONE));
    }

    RunningServer running() {
        return running;
    }

    InetSocketAddress address() {
        return running.address();
    }

    /// `ip:port`, as `Status.Leader` gives it.
    String addressText() {
        return address().getAddress().getHostAddress() + ":" + address().getPort();
    }

    Wire connect() throws IOException {
        return Wire.to(address());
    }

    Talk talk() throws IOException {
        return new Talk(connect());
    }

    MuxWire multiplexed() throws IOException {
        return new MuxWire(connect());
    }

    long counter(String name) {
        var value = running.counters().get(name);
        if (value == null) {
            throw new AssertionError("no counter " + name + " in " + running.counters().keySet());
        }
        return value;
    }

    void awaitCounter(String name, long value) {
        Conditions.await(() -> counter(name) == value, () -> name + " is " + counter(name) + ", expected " + value);
    }

    <Q, R> R call(Method<Q, R> method, Q request) throws RpcException, InterruptedException {
        return running.endpoints().call(method, request);
    }

    long index() throws RpcException, InterruptedException {
        return call(Status.RAFT_STATS, Empty.ZERO).lastIndex();
    }

    /// Lets the log grow, without any effect, until its last entry has this index.
    void growTo(long index) throws RpcException, InterruptedException {
        var nothing = KVSRequest.ZERO.withOp(KVOp.DELETE).withDirEnt(DirEntry.ZERO.withKey("was never there"));
        while (index() < index) {
            call(KVS.APPLY, nothing);
        }
    }

    /// There is no method for sessions yet; the log knows them.
    void apply(SessionRequest request) throws RpcException, InterruptedException {
        running.apply(Requests.join(new byte[] {SESSION_MESSAGE}, Requests.encode(SessionRequest.CODEC, request)));
    }

    /// The server lives: it answers a ping on a new connection.
    void expectAlive() throws IOException {
        try (var wire = connect()) {
            wire.send(Wire.hex("00"), Requests.PING).expect(Requests.OK);
        }
    }

    void expectIdle() {
        awaitCounter("rpc.connections", 0);
        awaitCounter("rpc.queries_blocking", 0);
    }

    @Override
    public void close() {
        running.close();
        expectIdle();
        var accept = "accept " + running.address();
        Conditions.await(() -> Thread.getAllStackTraces().keySet().stream().noneMatch(t -> t.getName().equals(accept)),
                () -> "a thread is left: " + accept);
        assertEquals(0, running.counters().get("rpc.queries_blocking"));
    }
}
