package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.SessionStatistics;
import dev.proconsul.jyamux.Stream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// A session: puts the pieces together, runs its threads, and is the one place where an error becomes an ending.
public final class YamuxSession implements Session {
    private static final Logger LOG = System.getLogger(YamuxSession.class.getName());
    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final long PROTOCOL_ERROR = 1;
    private static final long INTERNAL_ERROR = 2;
    /// How long a closing caller waits for threads that should end at once, but sit in a connection that does not let
    /// go of them.
    private static final Duration GRACE = Duration.ofSeconds(1);

    /// How long, after a failed write, the reader may find a better reason in what has come already.
    private static final Duration LAST_WORDS = Duration.ofMillis(250);

    private final String name;
    private final SessionParts parts;
    private final Writer output;
    private final Ending ending;
    private final Reading reading;
    private final Thread writer;
    private final Thread timeKeeper;
    private final AtomicBoolean goAwaySaid = new AtomicBoolean();
    private boolean rejected; // what the peer says; the loop's

    /// {@return a running client side}
    public static Session client(InputStream in, OutputStream out, Closeable transport, SessionConfig config) {
        return start(Role.CLIENT, in, out, transport, config, Ticker.SYSTEM, BufferPool.SHARED);
    }

    /// {@return a running server side}
    public static Session server(InputStream in, OutputStream out, Closeable transport, SessionConfig config) {
        return start(Role.SERVER, in, out, transport, config, Ticker.SYSTEM, BufferPool.SHARED);
    }

    /// {@return a running client side}
    public static Session client(ByteChannel channel, SessionConfig config) {
        return start(Role.CLIENT, wire(channel), config);
    }

    /// {@return a running server side}
    public static Session server(ByteChannel channel, SessionConfig config) {
        return start(Role.SERVER, wire(channel), config);
    }

    static Wire wire(ByteChannel channel) {
        if (channel instanceof SocketChannel socket && socket.provider() == SelectorProvider.provider()) {
            try {
                return new PolledWire(socket, SelectLoops.SHARED.next());
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "a socket that cannot be polled", e); // closed already: its reader will say so
            }
        }
        return new ChannelWire(channel);
    }

    private static YamuxSession start(Role role, Wire wire, SessionConfig config) {
        YamuxSession session =
                new YamuxSession(role, role.firstId(), wire, config, Ticker.SYSTEM, BufferPool.SHARED);
        session.start();
        return session;
    }

    static YamuxSession start(Role role, InputStream in, OutputStream out, Closeable transport, SessionConfig config,
            Ticker ticker, BufferPool pool) {
        YamuxSession session =
                new YamuxSession(role, role.firstId(), in, out, transport, config, ticker, pool);
        session.start();
        return session;
    }

    YamuxSession(Role role, int firstId, InputStream in, OutputStream out, Closeable transport, SessionConfig config,
            Ticker ticker, BufferPool pool) {
        this(role, firstId, new StreamWire(in, out, transport, pool, ticker), config, ticker, pool);
    }

    YamuxSession(Role role, int firstId, Wire wire, SessionConfig config, Ticker ticker, BufferPool pool) {
        name = "jyamux-" + role.name().toLowerCase(Locale.ROOT) + "-" + NUMBERS.incrementAndGet();
        writer = Thread.ofVirtual().name(name + "-writer").unstarted(this::write);
        boolean callersWrite = wire.takesOffers() && !config.observer().tracesFrames();
        parts = new SessionParts(name, role, firstId, config, ticker, pool, wire.pool(), writer,
                callersWrite ? this::offer : null);
        output = new Writer(wire, parts, this::writeFailed);
        long now = ticker.nanos();
        KeepAlive keepAlive = new KeepAlive(config, now);
        InboundFrames frames = new InboundFrames(role, parts, now);
        SessionReader input = new SessionReader(wire, frames, keepAlive, parts);
        reading = wire instanceof PolledWire polled
                ? new PolledReading(polled, buffer -> poll(input, buffer), this::readingEnded)
                : new ThreadReading(name + "-reader", () -> read(input));
        ending = new Ending(name, parts, wire, reading);
        TimeKeeper time = new TimeKeeper(parts, keepAlive, output, new Timed());
        timeKeeper = Thread.ofVirtual().name(name + "-time").unstarted(() -> keepTime(time));
    }

    void start() {
        writer.start();
        reading.start();
        timeKeeper.start();
    }

    private void write() {
        output.run();
    }

    private void offer() {
        output.offer();
    }

    @Override
    public Stream open() throws IOException {
        return openWithin(Deadlines.NEVER);
    }

    @Override
    public Stream open(Duration patience) throws IOException {
        return openWithin(Deadlines.nanos(patience));
    }

    private Stream openWithin(long patienceNanos) throws IOException {
        try {
            return held(parts.gate().open(this::openStream, patienceNanos));
        } catch (InterruptedException e) {
            throw interrupted("open", e);
        }
    }

    private YamuxStream openStream(int id) {
        YamuxStream stream = new YamuxStream(id, Handshake.SYN_SENT, parts);
        parts.table().add(stream); // before the SYN: its answer may come at once
        parts.outbox().lazily(FrameType.WINDOW_UPDATE, Flags.SYN, id, 0);
        parts.counters().streamsOpened.increment();
        return stream;
    }

    /// {@return what the application gets of a stream}
    private Stream held(YamuxStream stream) {
        return parts.config().resetForgotten() ? new HeldStream(stream) : stream;
    }

    @Override
    public Stream accept() throws IOException {
        return acceptWithin(Deadlines.NEVER);
    }

    @Override
    public Stream accept(Duration patience) throws IOException {
        return acceptWithin(Deadlines.nanos(patience));
    }

    private Stream acceptWithin(long patienceNanos) throws IOException {
        try {
            YamuxStream stream = parts.accepts().take(patienceNanos);
            stream.accepted();
            return held(stream);
        } catch (InterruptedException e) {
            throw interrupted("accept", e);
        }
    }

    @Override
    public Duration ping() throws IOException {
        try {
            return parts.pings().ask(parts.config().keepAliveTimeout());
        } catch (InterruptedException e) {
            throw interrupted("ping", e);
        }
    }

    @Override
    public void goAway() {
        parts.goneAway(true);
        if (goAwaySaid.compareAndSet(false, true)) {
            parts.outbox().control(FrameType.GO_AWAY, Flags.NONE, 0, 0);
        }
    }

    @Override
    public boolean drain(Duration patience) throws IOException {
        goAway();
        try {
            return parts.table().awaitEmpty(patience) && ending.reason() == null;
        } catch (InterruptedException e) {
            throw interrupted("drain", e);
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        boolean said = goAwaySaid.getAndSet(true);
        ending.end(new SessionClosed("the session was closed by this side", Origin.LOCAL, 0),
                said ? Ending.Farewell.LINGER : Ending.Farewell.GO_AWAY);
        try {
            ending.awaitClosed(parts.config().lingerTimeout().plus(GRACE));
            reading.await(GRACE);
            writer.join(GRACE);
            timeKeeper.join(GRACE);
        } catch (InterruptedException e) {
            ending.hurry(); // an interrupt makes it faster, not lost
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void abort() {
        ending.end(new SessionClosed("the session was aborted by this side", Origin.LOCAL, 0),
                Ending.Farewell.NONE);
        ending.hurry();
    }

    @Override
    public boolean isOpen() {
        return ending.reason() == null;
    }

    @Override
    public int openStreams() {
        return parts.table().size();
    }

    @Override
    public SessionStatistics statistics() {
        return parts.statistics();
    }

    /// {@return this side's opens that wait for their acknowledgement}
    int pendingOpens() {
        return parts.gate().pending();
    }

    /// Waits until everything said so far is written, and the writer knows it.
    boolean awaitWritten(Duration patience) throws InterruptedException {
        return parts.outbox().awaitEmpty(Deadlines.nanos(patience));
    }

    /// Waits until none of the session's own threads is left.
    boolean awaitThreads(Duration patience) {
        try {
            return reading.await(patience) && writer.join(patience) && timeKeeper.join(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void read(SessionReader input) {
        try {
            try {
                input.run();
            } catch (ProtocolViolation e) {
                failed(e);
                input.discardAll();
            }
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
        } finally {
            readingEnded();
        }
    }

    private int poll(SessionReader input, ByteBuffer buffer) {
        try {
            if (rejected) {
                input.discard(buffer);
                return 0;
            }
            return input.poll(buffer);
        } catch (ProtocolViolation e) {
            failed(e);
            rejected = true;
            return 0;
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
            readingEnded();
            return SelectLoop.NO_MORE;
        }
    }

    private void failed(Throwable failure) {
        switch (failure) {
            case ProtocolViolation e -> ending.end(new SessionClosed("the peer broke the protocol: " + e.getMessage(),
                    Origin.LOCAL, PROTOCOL_ERROR, e), Ending.Farewell.GO_AWAY);
            case SessionClosed e -> ending.end(e, Ending.Farewell.NONE);
            case IOException e -> connectionFailed(e);
            default -> {
                LOG.log(Level.ERROR, () -> name + ": internal error", failure);
                ending.end(new SessionClosed("internal error: " + failure, Origin.LOCAL, INTERNAL_ERROR, failure),
                        Ending.Farewell.GO_AWAY);
            }
        }
    }

    private void readingEnded() {
        connectionFailed(new ClosedChannelException()); // unless there is another reason
        timeKeeper.interrupt();
    }

    private void keepTime(TimeKeeper time) {
        try {
            time.run();
        } catch (InterruptedException e) {
            LOG.log(Level.TRACE, () -> name + ": time keeper ended");
        }
    }

    private void connectionFailed(IOException cause) {
        ending.end(new SessionClosed("the connection failed: " + cause.getMessage(), Origin.TRANSPORT, 0, cause),
                Ending.Farewell.NONE);
    }

    /// The peer may have said why before it closed: what it said last is read first, and is the better reason.
    private void writeFailed(Throwable failure) {
        if (!(failure instanceof IOException cause)) {
            failed(failure);
            return;
        }
        Thread.ofVirtual().name(name + "-last-words").start(() -> {
            try {
                reading.await(LAST_WORDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            connectionFailed(cause);
        });
    }

    private final class Timed implements TimeKeeper.Actions {
        @Override
        public void ping() {
            parts.pings().send();
        }

        @Override
        public void dead() {
            ending.end(new SessionClosed("the peer did not answer: keep-alive timeout", Origin.TRANSPORT, 0),
                    Ending.Farewell.NONE);
        }

        @Override
        public void stalled() {
            ending.end(new SessionClosed("the peer did not read: write timeout", Origin.TRANSPORT, 0),
                    Ending.Farewell.NONE);
        }
    }

    private InterruptedIOException interrupted(String what, InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException exception = new InterruptedIOException(name + ": " + what + " interrupted");
        exception.initCause(cause);
        return exception;
    }

    @Override
    public String toString() {
        return name;
    }
}
