package dev.proconsul.rpc.transport.tls;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.TlsIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Serves TLS as a server port does, and says again what it hears.
final class EchoServer implements AutoCloseable, TlsObserver {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    final BlockingQueue<TlsIdentity> secured = new LinkedBlockingQueue<>();
    final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    final AtomicInteger evicted = new AtomicInteger();
    final TlsUpgrade upgrade;
    private final List<Connection> open = new CopyOnWriteArrayList<>();
    private final Listener listener;

    EchoServer(TlsConfig config) throws IOException {
        this(TlsConfigurator.load(config), PATIENCE, 100);
    }

    EchoServer(TlsConfigurator tls, Duration handshakeTimeout, int maxHalfOpen) throws IOException {
        listener = Listener.bind(new InetSocketAddress("127.0.0.1", 0));
        upgrade = new TlsUpgrade(tls, handshakeTimeout, maxHalfOpen, this);
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return listener.address();
    }

    private void accept() {
        try {
            while (true) {
                var connection = listener.accept();
                open.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Connection clear) {
        try (clear) {
            switch (clear.peek()) {
                case 3 -> echo(upgrade.rpc(past(clear)), 1);
                case 7 -> echo(upgrade.insecure(past(clear)), 0);
                default -> echo(upgrade.nativeTls(clear), 0);
            }
            ends.add("end");
        } catch (IOException | RuntimeException e) {
            ends.add(e.toString());
        }
    }

    private static Connection past(Connection clear) throws IOException {
        clear.input().skipNBytes(1);
        return clear;
    }

    private static void echo(Connection secure, int innerBytes) throws IOException {
        try (secure) {
            secure.input().skipNBytes(innerBytes);
            var bytes = new byte[50_000];
            for (int count = secure.input().read(bytes); count >= 0; count = secure.input().read(bytes)) {
                secure.output().write(bytes, 0, count);
            }
        }
    }

    /// {@return the next element, waiting for it}
    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        var element = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (element == null) {
            throw new AssertionError("nothing came");
        }
        return element;
    }

    @Override
    public void secured(Connection connection, TlsIdentity identity) {
        secured.add(identity);
    }

    @Override
    public void failed(Connection connection, String reason) {
        failures.add(reason);
    }

    @Override
    public void evicted(Connection connection) {
        evicted.incrementAndGet();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(Connection::abort);
    }
}
