package dev.proconsul.rpc.client.internal;

import dev.proconsul.jyamux.Session;
import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.client.StreamConnection;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.function.Consumer;

/// A session and the connection that carries it. Any thread.
///
/// A link that is retired takes no more calls; calls in flight go on, and the last of them closes it.
final class Link implements Carrier {
    private final Connection connection;
    private final Session session;
    private final Consumer<Link> gone;
    private final Object lock = new Object();

    // Guarded by lock.
    private int calls;
    private boolean retired;

    /// @param gone told once, when the link has been closed after its last call
    Link(Connection connection, Session session, Consumer<Link> gone) {
        this.connection = connection;
        this.session = session;
        this.gone = gone;
    }

    @Override
    public boolean alive() {
        synchronized (lock) {
            return !retired && session.isOpen();
        }
    }

    @Override
    public boolean begin() {
        synchronized (lock) {
            if (retired || !session.isOpen()) {
                return false;
            }
            calls++;
            return true;
        }
    }

    @Override
    public void end() {
        synchronized (lock) {
            calls--;
            if (!retired || calls > 0) {
                return;
            }
        }
        close();
    }

    @Override
    public void retire() {
        synchronized (lock) {
            if (retired) {
                return;
            }
            retired = true;
            if (calls > 0) {
                return;
            }
        }
        close();
    }

    /// On a thread of its own, because an orderly end waits for what is still queued.
    private void close() {
        gone.accept(this);
        Thread.ofVirtual().name("close").start(session::close);
    }

    /// {@return a conversation on a new stream, whose call has begun}
    /// @param until how long to wait while too many streams are not acknowledged
    /// @throws SocketTimeoutException when that takes longer; the session may be well
    /// @throws IOException            when the session opens none
    Conversation open(Deadline until) throws IOException, InterruptedException {
        if (!begin()) {
            throw new IOException("the connection takes no more calls");
        }
        try {
            var stream = session.open(until.leftFor("a stream"));
            var ended = stream.inputEnd().toCompletableFuture();
            return new Conversation(new StreamConnection(stream, connection), this,
                    new Conversation.Ends(ended::isDone, stream::writeTimeout, true));
        } catch (InterruptedIOException e) {
            end();
            if (e instanceof SocketTimeoutException) {
                throw e;
            }
            throw Interrupts.of(e);
        } catch (IOException | RuntimeException e) {
            end();
            throw e;
        }
    }

    void abort() {
        session.abort();
    }
}
