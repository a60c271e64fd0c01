package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamReset;
import dev.proconsul.jyamux.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/// A stream: its [life][StreamLife], its [input][StreamInput] and its [output][StreamOutput], which share one lock.
///
/// Threads: the methods in the middle section belong to the session's reader and never wait; the others belong to the
/// application, or to the session's time keeper.
final class YamuxStream implements Stream {
    private static final long MOST_CODE = 0xffff_ffffL;

    private final int id;
    private final StreamHost host;
    private final StreamLife life;
    private final StreamInput input;
    private final StreamOutput output;
    private final AbortActions abortActions = new AbortActions();
    private final Completions completions = new Completions();
    private int outstanding; // guarded by the lock: what the peer may have under way when the stream ends
    private boolean news; // the reader's

    YamuxStream(int id, Handshake handshake, StreamHost host) {
        this.id = id;
        this.host = host;
        this.life = new StreamLife(this, handshake, host);
        this.input = new StreamInput(this, host, life);
        this.output = new StreamOutput(this, host, life);
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public ByteChannel channel() {
        return new StreamChannel(this);
    }

    @Override
    public Socket socket() throws IOException {
        return StreamSocket.of(this);
    }

    @Override
    public int peek() throws IOException {
        return input.peek();
    }

    @Override
    public void onAbort(Runnable action) {
        abortActions.add(action);
    }

    @Override
    public CompletionStage<Void> inputEnd() {
        return completions.input(this::state);
    }

    @Override
    public CompletionStage<Void> outputEnd() {
        return completions.output(this::state);
    }

    @Override
    public void readTimeout(Duration timeout) {
        input.timeout(timeout);
    }

    @Override
    public void writeTimeout(Duration timeout) {
        output.timeout(timeout);
    }

    @Override
    public void finishWriting() {
        life.change(this::finish);
    }

    private void finish() {
        if (!life.open(Side.LOCAL)) {
            return;
        }
        if (output.isMidWrite()) { // the peer must not take what has gone out for all
            life.reset("stream " + this + " was reset: this side finished in the middle of a write", 0);
        } else {
            host.outbox().lazily(FrameType.WINDOW_UPDATE, Flags.FIN, id, 0);
            life.finished();
        }
    }

    @Override
    public void stopReading() {
        life.change(input::stop);
        input.release();
    }

    @Override
    public void reset() {
        reset(0);
    }

    @Override
    public void reset(long code) {
        if (code < 0 || code > MOST_CODE) {
            throw new IllegalArgumentException("code is " + code + ", expected 0 to " + MOST_CODE);
        }
        abortActions.disarm();
        life.change(() -> {
            life.reset("stream " + this + " was reset by this side", code);
            life.letGo(false);
        });
        if (broken()) { // what an orderly end has left can still be read
            input.release();
        }
    }

    @Override
    public void close() {
        abortActions.disarm();
        life.change(() -> {
            input.stop();
            finish();
            life.letGo(true);
        });
        input.release();
    }

    /// The application cannot reach the stream any more. If it should have ended it, it is broken off, and that is
    /// told; in any case nobody will read what is left of it. For the cleaner: never waits.
    void forgotten() {
        boolean[] lost = new boolean[1];
        life.change(() -> {
            lost[0] = life.forgotten();
            input.stop();
        });
        input.release();
        if (lost[0]) {
            host.telemetry().streamForgotten(id);
        }
    }

    /// Resets the stream from this side, for a reason other than the application's wish.
    void breakOff(String message, long code) {
        life.change(() -> life.reset(message, code));
    }

    /// The state has changed; the lock is held.
    void settle(StreamState now) {
        outstanding = input.settle(now);
        output.settle();
    }

    /// The state has changed; no lock of the stream is held, but maybe the turn of a write.
    void changed() {
        completions.update(this::state);
    }

    private StreamState state() {
        life.lock().lock();
        try {
            return life.state();
        } finally {
            life.lock().unlock();
        }
    }

    /// The stream has ended; no lock of it is held, but maybe the turn of a write.
    void ended(StreamState.Closed how) {
        host.gone(this, how instanceof StreamState.Closed.Orderly ? 0 : outstanding);
        if (!(how instanceof StreamState.Closed.Orderly)) {
            abortActions.run();
        }
    }

    // What the reader calls.

    /// {@return whether it was awaited}
    boolean acknowledgedByPeer() {
        boolean awaited = life.awaitsAcknowledgement();
        if (awaited) {
            life.change(life::acknowledged);
        }
        return awaited;
    }

    /// {@return whether the peer opened it and the application has not accepted it yet}
    boolean awaitsAccept() {
        return life.awaitsAccept();
    }

    boolean awaitsAcknowledgement() {
        return life.awaitsAcknowledgement();
    }

    void creditReceived(long more) {
        output.creditReceived(more);
    }

    boolean expect(int length) throws ProtocolViolation {
        return input.expect(length);
    }

    /// Takes a piece of payload. If too much has come since reading stopped, or there is no memory to keep it, the
    /// stream is reset: its neighbours are not to suffer.
    ///
    /// @param announced the length of the frame if it was not given to [#expect], else 0
    Delivery deliver(int announced, ByteBuffer from, int length) throws ProtocolViolation {
        Delivery delivery;
        try {
            delivery = input.deliver(announced, from, length);
        } catch (OutOfMemoryError e) {
            breakOff("stream " + this + " was reset: no memory for " + length + " bytes that arrived", 0);
            return Delivery.TAKEN; // the peer has done nothing wrong
        }
        if (delivery == Delivery.TOO_MUCH) {
            breakOff("stream " + this + " was reset: more than " + host.config().deadStreamBytes()
                    + " bytes after it stopped reading", 0);
        }
        return delivery;
    }

    /// {@return whether the stream has had no news in this batch before}
    boolean firstNews() {
        boolean first = !news;
        news = true;
        return first;
    }

    void wakeReader() {
        news = false;
        input.wake();
    }

    /// {@return whether it was the first}
    boolean finishedByPeer() {
        boolean[] first = new boolean[1];
        life.change(() -> {
            StreamState before = life.state();
            life.happened(new StreamState.Event.Finish(Side.REMOTE));
            first[0] = life.state() != before;
        });
        return first[0];
    }

    void resetByPeer(long code) {
        life.change(() -> life.happened(new StreamState.Event.Reset(
                new StreamReset("stream " + this + " was reset by the peer", Origin.REMOTE, code))));
    }

    // What the session calls.

    void accepted() {
        life.change(life::accepted);
    }

    void sessionEnded(SessionClosed reason) {
        life.change(() -> life.happened(new StreamState.Event.SessionEnd(reason)));
    }

    long deadline() {
        return life.deadline();
    }

    /// Does what is due by now.
    void tick(long now) {
        if (now >= life.deadline()) {
            life.change(() -> life.expire(now));
        }
        input.rest(now);
    }

    /// {@return whether the stream was reset}
    boolean broken() {
        return state() instanceof StreamState.Closed.ByReset;
    }

    @Override
    public String toString() {
        return Integer.toUnsignedString(id);
    }
}
