package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.SessionStatistics;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the pieces of one session share. Each piece guards itself; the lock order is
///
/// ```
/// gate → completions → stream → pings → outbox
/// ```
///
/// and everything else is a leaf, or nearly: a test derives the order from the compiled code. None is held during I/O.
/// A thread that has its [Turn] at a stream takes any of them; who waits for a turn holds none.
final class SessionParts implements StreamHost {
    private final SessionConfig config;
    private final Ticker ticker;
    private final BufferPool pool;
    private final Counters counters = new Counters();
    private final RoundTrip roundTrip = new RoundTrip();
    private final Telemetry telemetry;
    private final Outbox outbox;
    private final WindowTuner tuner;
    private final StreamTable table;
    private final OpenGate gate;
    private final AcceptQueue accepts;
    private final Pings pings;
    private final DeadBytes deadBytes;
    private final @Nullable Runnable offer;
    private volatile boolean goneAway;

    /// @param name the session's
    /// @param pool for received payload
    /// @param wirePool for what is written
    /// @param writer the thread that writes
    /// @param offer writes what callers have put in, without waiting; null if only that thread writes
    SessionParts(String name, Role role, int firstId, SessionConfig config, Ticker ticker, BufferPool pool,
            BufferPool wirePool, Thread writer, @Nullable Runnable offer) {
        this.config = config;
        this.ticker = ticker;
        this.pool = pool;
        telemetry = new Telemetry(name, config.observer(), counters);
        this.offer = offer;
        outbox = new Outbox(config.outputBuffer(), config.maxFrame(), config.answersWaiting(), offer != null, wirePool,
                writer);
        table = new StreamTable(role);
        gate = new OpenGate(role, firstId, config.acceptBacklog(), config.maxOutboundStreams());
        accepts = new AcceptQueue(config.acceptBacklog());
        pings = new Pings(outbox, ticker, roundTrip);
        tuner = new WindowTuner(config, roundTrip, pings);
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
    public void queued() {
        if (offer != null) {
            offer.run();
        }
    }

    @Override
    public WindowTuner tuner() {
        return tuner;
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public Telemetry telemetry() {
        return telemetry;
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
        gate.gone(stream); // last: whoever is let in finds a table with room
    }

    @Override
    public void released(YamuxStream stream) {
        table.release(stream);
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

    RoundTrip roundTrip() {
        return roundTrip;
    }

    boolean goneAway() {
        return goneAway;
    }

    void goneAway(boolean gone) {
        goneAway = gone;
    }

    SessionStatistics statistics() {
        return new SessionStatistics(
                counters.framesReceived.sum(),
                counters.bytesReceived.sum(),
                counters.framesSent.sum(),
                counters.bytesSent.sum(),
                counters.writes.sum(),
                counters.stalls.sum(),
                counters.streamsOpened.sum(),
                counters.streamsReceived.sum(),
                counters.streamsRefused.sum(),
                counters.streamsForgotten.sum(),
                counters.resetsReceived.sum(),
                counters.oddFrames.sum(),
                counters.discardedBytes.sum(),
                table.size(),
                tuner.grown(),
                Duration.ofNanos(roundTrip.nanos()));
    }

    /// Tells everybody who waits, or holds a stream, that the session is over.
    void end(SessionClosed reason) {
        gate.refuse(reason);
        List<YamuxStream> unaccepted = accepts.end(reason);
        pings.end(reason);
        table.end(reason);
        unaccepted.forEach(YamuxStream::close); // gives back what they have received
    }
}
