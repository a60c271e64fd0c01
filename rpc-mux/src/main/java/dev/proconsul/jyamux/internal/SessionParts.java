package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.SessionConfig;

/// What the pieces of one session share. Each piece guards itself; the lock order is
///
/// ```
/// turn of an input or output → stream;  gate, pings, stream → outbox
/// ```
///
/// and everything else is a leaf.
final class SessionParts implements StreamHost {
    private final SessionConfig config;
    private final Ticker ticker;
    private final BufferPool pool;
    private final Counters counters = new Counters();
    private final Outbox outbox;
    private final StreamTable table;
    private final OpenGate gate;
    private final AcceptQueue accepts;
    private final Pings pings;
    private final DeadBytes deadBytes;
    private volatile boolean goneAway;

    SessionParts(Role role, int firstId, SessionConfig config, Ticker ticker, BufferPool pool, Runnable startFlusher) {
        this.config = config;
        this.ticker = ticker;
        this.pool = pool;
        outbox = new Outbox(config.outputBuffer(), config.answersWaiting(), pool, startFlusher);
        table = new StreamTable(role);
        gate = new OpenGate(role, firstId, config.acceptBacklog());
        accepts = new AcceptQueue(config.acceptBacklog());
        pings = new Pings(outbox, ticker);
        deadBytes = new DeadBytes(config.deadStreamBytes());
    }

    @Override
    public SessionConfig config() {
        return config;
    }

    @Override
    public Ticker ticker() {
        return ticker;
    }

    @Override
    public BufferPool pool() {
        return pool;
    }

    @Override
    public Outbox outbox() {
        return outbox;
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public void permitReturned() {
        gate.permitReturned();
    }

    @Override
    public void gone(YamuxStream stream, int outstanding) {
        deadBytes.allow(outstanding);
        table.remove(stream);
        accepts.remove(stream);
    }

    StreamTable table() {
        return table;
    }

    OpenGate gate() {
        return gate;
    }

    AcceptQueue accepts() {
        return accepts;
    }

    Pings pings() {
        return pings;
    }

    DeadBytes deadBytes() {
        return deadBytes;
    }

    boolean goneAway() {
        return goneAway;
    }

    void goneAway(boolean gone) {
        goneAway = gone;
    }

    /// Tells everybody who waits, or holds a stream, that the session is over.
    void end(SessionClosed reason) {
        gate.refuse(reason);
        accepts.end(reason);
        pings.end(reason);
        table.end(reason);
    }
}
