package dev.proconsul.rpc.client.internal;

import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.client.ClientConfig;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Streams of one session, type byte 4. When the session opens no more streams, the next caller starts a [Dialing];
/// callers that come meanwhile wait for the same. Any thread.
final class DialedStreams implements Dialed, Dialing.Owner {
    private final Dialer dialer;
    private final ClientConfig config;
    private final CallTimes times;
    private final Object lock = new Object();

    // Guarded by lock.
    private final Set<Link> leaving = new HashSet<>();
    private @Nullable Link link;
    private @Nullable Dialing dialing;
    private boolean closed;

    DialedStreams(Dialer dialer, ClientConfig config) {
        this.dialer = dialer;
        this.config = config;
        this.times = new CallTimes(config);
    }

    @Override
    public Conversation open() throws IOException, InterruptedException {
        var first = current();
        try {
            return first.open();
        } catch (IOException e) {
            retire(first); // the server has said go away, or the session has ended since: dial once more
            return current().open();
        }
    }

    @Override
    public Optional<Conversation> warmUp() throws IOException, InterruptedException {
        current();
        return Optional.empty();
    }

    private Link current() throws IOException, InterruptedException {
        Dialing attempt;
        synchronized (lock) {
            if (closed) {
                throw Dialed.closed(config);
            }
            if (link != null && link.alive()) {
                return link;
            }
            if (dialing == null) {
                dialing = new Dialing(this::dial, this);
                dialing.start();
            }
            attempt = dialing;
        }
        return attempt.await();
    }

    private Link dial() throws IOException {
        var connection = dialer.dial(config.server(), Protocol.MULTIPLEX, config.dialTimeout());
        try {
            var session =
                    Session.client(connection.input(), connection.output(), connection, SessionConfig.DEFAULT);
            return new Link(connection, session, config);
        } catch (RuntimeException e) {
            connection.abort();
            throw e;
        }
    }

    @Override
    public void reached(Link reached) throws IOException {
        synchronized (lock) {
            if (!closed) {
                link = reached;
                dialing = null;
                return;
            }
        }
        reached.abort();
        throw Dialed.closed(config);
    }

    @Override
    public void failed() {
        synchronized (lock) {
            dialing = null;
        }
    }

    /// Lets calls in flight finish, on a thread of its own.
    private void retire(Link old) {
        old.retire();
        synchronized (lock) {
            if (closed || !leaving.add(old)) {
                return;
            }
        }
        Thread.ofVirtual().name("drain").start(() -> {
            old.drain(times.longest());
            synchronized (lock) {
                leaving.remove(old);
            }
        });
    }

    @Override
    public void close() {
        Set<Link> links;
        Dialing attempt;
        synchronized (lock) {
            closed = true;
            links = new HashSet<>(leaving);
            if (link != null) {
                links.add(link);
            }
            attempt = dialing;
        }
        links.forEach(Link::abort);
        if (attempt != null) {
            attempt.giveUp(Dialed.closed(config));
        }
    }
}
