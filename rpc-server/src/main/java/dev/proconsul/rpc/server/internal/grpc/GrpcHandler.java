package dev.proconsul.rpc.server.internal.grpc;

import static java.lang.System.Logger.Level.ERROR;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.ConnectionHandler;
import dev.proconsul.rpc.endpoints.GrpcServices;
import dev.proconsul.rpc.server.internal.LogLimit;
import io.grpc.BindableService;
import java.io.IOException;
import java.lang.System.Logger;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Hands connections of the port to gRPC, and waits until gRPC is done with them: clear text and TLS alike, since both
/// are connections here.
///
/// The first connection that speaks HTTP/2 starts gRPC; a server that nobody asks for it does without.
///
/// Source: Consul `agent/grpc-internal/handler.go`, `listener.go`.
public final class GrpcHandler implements ConnectionHandler {
    private static final Logger LOG = System.getLogger("agent.server.grpc-api.internal");

    private final InetSocketAddress address;
    private final GrpcLimits limits;
    private final Supplier<List<BindableService>> services;
    private final LogLimit logLimit = new LogLimit(System::nanoTime);
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicInteger open = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CarriedServer server; // guarded by lock
    private boolean leaving; // guarded by lock

    /// Makes a handler.
    /// @param address  where the port is
    /// @param limits   what peers may ask for
    /// @param services makes the services besides health and reflection; asked once, when gRPC starts
    public GrpcHandler(InetSocketAddress address, GrpcLimits limits, Supplier<List<BindableService>> services) {
        this.address = address;
        this.limits = limits;
        this.services = services;
    }

    @Override
    public void serve(Connection connection) throws IOException, InterruptedException {
        try {
            if (open.incrementAndGet() > limits.maxConnections()) {
                refuse(connection, "more than " + limits.maxConnections() + " gRPC connections");
                return;
            }
            var opening = Http2Opening.hear(connection, limits.openingTimeout(), System::nanoTime);
            if (opening.isPresent()) {
                handOver(connection, opening.get());
            }
        } catch (Http2Opening.Refused e) {
            refuse(connection, String.valueOf(e.getMessage()));
        } finally {
            open.decrementAndGet();
        }
    }

    /// What was written is of no use to a peer of another protocol, and nothing is waited for.
    private void refuse(Connection connection, String reason) {
        refused.increment();
        if (logLimit.pass()) {
            LOG.log(ERROR, () -> "gRPC connection refused: " + reason + ": " + connection + logLimit.omitted());
        }
        connection.abort();
    }

    private void handOver(Connection connection, byte[] opening) throws IOException, InterruptedException {
        var carried = started();
        if (carried.isEmpty()) {
            return; // the server is leaving
        }
        try (var socket = HandedOver.of(connection, opening, address, limits, System::nanoTime)) {
            connection.onAbort(() -> closeQuietly(socket));
            if (carried.get().take(socket)) {
                accepted.increment();
                socket.awaitEnd();
            }
        }
    }

    private static void closeQuietly(HandedOver socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // The connection has ended, that is why.
        }
    }

    private Optional<CarriedServer> started() throws IOException {
        lock.lock();
        try {
            if (leaving) {
                return Optional.empty();
            }
            if (server == null) {
                server = CarriedServer.start(address, limits, GrpcServices.of(this::faulted, services.get()));
            }
            return Optional.of(server);
        } finally {
            lock.unlock();
        }
    }

    private void faulted(String method, Throwable fault) {
        if (logLimit.pass()) {
            LOG.log(ERROR, () -> method + " failed by a fault of this server" + logLimit.omitted(), fault);
        }
    }

    private Optional<CarriedServer> running() {
        lock.lock();
        try {
            return Optional.ofNullable(server);
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more connections, tells peers to open no more streams, and lets calls finish.
    public void goAway() {
        lock.lock();
        try {
            leaving = true;
        } finally {
            lock.unlock();
        }
        running().ifPresent(CarriedServer::goAway);
    }

    /// Ends every call and connection.
    ///
    /// @throws InterruptedException when the caller was interrupted; then the last words to peers may be lost
    public void close() throws InterruptedException {
        goAway();
        var carried = running();
        if (carried.isPresent()) {
            carried.get().close();
        }
    }

    /// {@return how many calls are being answered that will end by themselves}
    public long callsInFlight() {
        return running().map(CarriedServer::callsInFlight).orElse(0L);
    }

    /// {@return counters and gauges by name}
    public Map<String, Long> counters() {
        var all = new TreeMap<String, Long>();
        all.put("grpc.server.connections", (long) open.get());
        all.put("grpc.server.connection.count", accepted.sum());
        all.put("grpc.server.connection.refused", refused.sum());
        running().ifPresent(carried -> all.putAll(carried.counters()));
        return all;
    }
}
