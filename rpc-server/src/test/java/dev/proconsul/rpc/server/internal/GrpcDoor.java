package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.server.internal.grpc.GrpcHandler;
import dev.proconsul.rpc.server.internal.grpc.GrpcLimits;
import dev.proconsul.rpc.transport.tls.Listener;
import io.grpc.BindableService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The gRPC handler alone behind a port, with limits and services of a test: what connects has already been routed,
/// but for the type byte, which is taken unseen.
final class GrpcDoor implements AutoCloseable {
    final GrpcHandler handler;
    private final Listener listener;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    private GrpcDoor(Listener listener, GrpcLimits limits, BindableService... services) {
        this.listener = listener;
        this.handler = new GrpcHandler(listener.address(), limits, () -> List.of(services));
        Thread.ofVirtual().name("accept of a test").start(this::accept);
    }

    static GrpcDoor open(GrpcLimits limits, BindableService... services) throws IOException {
        return new GrpcDoor(Listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), limits, services);
    }

    InetSocketAddress address() {
        return listener.address();
    }

    private void accept() {
        try {
            while (true) {
                var connection = listener.accept();
                Thread.ofVirtual().name("served in a test").start(() -> serve(connection));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(Connection connection) {
        open.add(connection);
        try (connection) {
            connection.input().skipNBytes(1);
            handler.serve(connection);
        } catch (IOException | InterruptedException e) {
            // The test looks at what the peer sees.
        } finally {
            open.remove(connection);
        }
    }

    long counter(String name) {
        var value = handler.counters().get(name);
        if (value == null) {
            throw new AssertionError("no counter " + name + " in " + handler.counters());
        }
        return value;
    }

    void expectIdle() {
        Conditions.await(() -> open.isEmpty() && counter("grpc.server.connections") == 0,
                () -> "still open: " + open + " " + handler.counters());
    }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            handler.close();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        open.forEach(Connection::abort);
        expectIdle();
    }
}
