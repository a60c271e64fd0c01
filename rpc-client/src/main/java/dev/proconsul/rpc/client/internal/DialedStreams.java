package dev.proconsul.rpc.client.internal;

import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.StreamConnection;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Streams of one session, type byte 4. When the session opens no more streams, the next caller starts a [Dialing];
/// callers that come meanwhile wait for the same. Any thread.
final class DialedStreams implements Dialed, Dialing.Owner<Link> {
    private final Reach reach;
    private final Object lock = new Object();

    // Guarded by lock.
    private final Set<Link> links = new HashSet<>(); // the present one, and retired ones with calls in flight
    private @Nullable Link present;
    private @Nullable Dialing<Link> dialing;
    private boolean closed;

    DialedStreams(Reach reach) {
        this.reach = reach;
    }

    @Override
    public Conversation open(Deadline until) throws IOException, InterruptedException {
        var first = current(until);
        try {
            return first.open(until);
        } catch (SocketTimeoutException e) {
            throw late(until, e);
        } catch (IOException e) {
            first.retire(); // the server has said go away, or the session has ended since: dial once more
        }
        var second = current(until);
        try {
            return second.open(until);
        } catch (SocketTimeoutException e) {
            throw late(until, e);
        } catch (IOException e) {
            second.retire();
            throw new CallFault(Reason.NO_STREAM,
                    "cannot open a stream to " + reach.address() + ": " + e.getMessage(), e);
        }
    }

    /// The server acknowledges no streams; those that wait for it are reset one by one, and calls in flight may go on.
    private CallFault late(Deadline until, SocketTimeoutException e) {
        return new CallFault(Reason.TIMED_OUT,
                "no stream to " + reach.address() + " within " + Failures.text(until.whole()), e);
    }

    @Override
    public Optional<Conversation> warmUp(Deadline until) throws IOException, InterruptedException {
        current(until);
        return Optional.empty();
    }

    private Link current(Deadline until) throws IOException, InterruptedException {
        Dialing<Link> attempt;
        synchronized (lock) {
            if (closed) {
                throw reach.closed();
            }
            if (present != null && present.alive()) {
                return present;
            }
            if (dialing == null) {
                dialing = new Dialing<>(this::dial, this);
                dialing.start();
            }
            attempt = dialing;
        }
        return attempt.await(until, reach.address());
    }

    private Link dial() throws IOException {
        var connection = reach.dial(Protocol.MULTIPLEX);
        try {
            return new Link(connection, session(connection), this::gone);
        } catch (IOException | RuntimeException | Error e) {
            connection.abort();
            throw e;
        }
    }

    private static Session session(Connection connection) throws IOException {
        return StreamConnection.onSocketOf(connection, socket -> Session.client(socket, SessionConfig.DEFAULT))
                .orElseGet(() -> Session.client(
                        connection.input(), connection.output(), connection, SessionConfig.DEFAULT));
    }

    @Override
    public void reached(Link reached) throws IOException {
        Link former;
        synchronized (lock) {
            former = present;
            present = closed ? null : reached;
            dialing = null;
            if (!closed) {
                links.add(reached);
            }
        }
        if (former != null) {
            former.retire();
        } 
        if (closed()) {
            reached.abort();
            throw reach.closed();
        }
    }

    private boolean closed() {
        synchronized (lock) {
            return closed;
        }
    }

    @Override
    public void failed() {
        synchronized (lock) {
            dialing = null;
        }
    }

    private void gone(Link link) {
        synchronized (lock) {
            links.remove(link);
            if (present == link) {
                present = null;
            }
        }
    }

    @Override
    public void tick() {
        Link ended;
        synchronized (lock) {
            ended = present != null && !present.alive() ? present : null;
        }
        if (ended != null) {
            ended.retire();
        }
    }

    @Override
    public void close() {
        List<Link> all;
        Dialing<Link> attempt;
        synchronized (lock) {
            closed = true;
            all = List.copyOf(links);
            links.clear();
            attempt = dialing;
        }
        all.forEach(Link::abort);
        if (attempt != null) {
            attempt.giveUp(reach.closed());
        }
    }
}
