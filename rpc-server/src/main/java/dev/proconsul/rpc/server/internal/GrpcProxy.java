package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.transport.tls.Listener;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// A plain port in front of a server's: what connects here is dialed there as gRPC, and bytes go both ways until one
/// side ends; then both are closed.
///
/// ```
///   any gRPC client ──► this port ──► [ TLS ] 08 ──► server
/// ```
///
/// It knows nothing of HTTP/2, and passes no half-close on.
///
/// Threads: a platform thread accepts and keeps the process alive; each connection has three virtual threads.
///
/// Source: Consul `tools/internal-grpc-proxy`.
public final class GrpcProxy implements AutoCloseable {
    /// How many connections may be open at a time.
    static final int MAX_CONNECTIONS = 256;

    private static final int BUFFER_BYTES = 16 << 10;
    private static final Duration LAST_BYTES = Duration.ofSeconds(1);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Listener listener;
    private final Target target;
    private final Consumer<String> complaints;
    private final AtomicInteger open = new AtomicInteger();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private GrpcProxy(Listener listener, Target target, Consumer<String> complaints) {
        this.listener = listener;
        this.target = target;
        this.complaints = complaints;
    }

    /// Where to connect to.
    /// @param server  address of the port
    /// @param dialer  how to get there
    /// @param timeout for each connection, more than zero
    public record Target(InetSocketAddress server, Dialer dialer, Duration timeout) {}

    /// Opens the port and serves it.
    ///
    /// @param listen     where; port 0 takes any free one
    /// @param target     where to connect to
    /// @param complaints told in one line what did not work; limited in number. Any thread
    /// @return the running proxy, to be closed by the caller
    /// @throws IOException when the port cannot be opened; the message names it and the reason
    public static GrpcProxy start(InetSocketAddress listen, Target target, Consumer<String> complaints)
            throws IOException {
        var limit = new LogLimit(System::nanoTime);
        var proxy = new GrpcProxy(Listener.bind(listen), target, line -> {
            if (limit.pass()) {
                complaints.accept(line + limit.omitted());
            }
        });
        Thread.ofPlatform().name("proxy " + proxy.address()).start(proxy::accept);
        return proxy;
    }

    /// {@return where it listens}
    public InetSocketAddress address() {
        return listener.address();
    }

    private void accept() {
        while (!closed) {
            try {
                admit(listener.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                complaints.accept("cannot accept a connection: " + e.getMessage());
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void admit(Connection client) {
        if (open.incrementAndGet() > MAX_CONNECTIONS) {
            open.decrementAndGet();
            client.abort();
            complaints.accept("a connection was refused: " + MAX_CONNECTIONS + " are open, which is the limit");
            return;
        }
        Thread.ofVirtual().name("proxied " + client).start(() -> serve(client));
    }

    private void serve(Connection client) {
        connections.add(client);
        try {
            var server = target.dialer().dial(target.server(), Protocol.GRPC, target.timeout());
            connections.add(server);
            try {
                join(client, server);
            } finally {
                server.abort();
                connections.remove(server);
            }
        } catch (IOException e) {
            complaints.accept(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            client.abort();
            connections.remove(client);
            open.decrementAndGet();
        }
    }

    /// Copies both ways until one of them ends; what the other still has to say may follow for a moment.
    private void join(Connection client, Connection server) throws InterruptedException {
        if (closed) {
            return;
        }
        var first = new CountDownLatch(1);
        var both = new CountDownLatch(2);
        copying(client, server, first, both);
        copying(server, client, first, both);
        first.await();
        both.await(LAST_BYTES.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void copying(Connection from, Connection to, CountDownLatch first, CountDownLatch both) {
        Thread.ofVirtual().name("copy " + from).start(() -> {
            try {
                copy(from.input(), to.output());
                to.finishWriting();
            } catch (IOException e) {
                // One side has gone; the other hears of it when its connection ends.
            } finally {
                first.countDown();
                both.countDown();
            }
        });
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        var buffer = new byte[BUFFER_BYTES];
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            to.write(buffer, 0, count);
            to.flush();
        }
    }

    /// Closes the port and every connection. Closing twice is harmless.
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            // The port is given back either way.
        }
        connections.forEach(Connection::abort);
    }

    int open() {
        return open.get();
    }
}
