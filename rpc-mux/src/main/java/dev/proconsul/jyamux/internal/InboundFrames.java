package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.MuxException.OpenRefused;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.SessionConfig;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the peer's frames do: to streams, to the session, to nobody.
///
/// A frame is checked before it changes anything. Its flags work in the order SYN, ACK, then payload or credit, then
/// FIN, RST: a reader never sees the end before the last bytes. Streams with news, and new streams, are gathered and
/// announced once at the end of the inbound batch, which is what one read brought or a portion of it.
///
/// Threads: the session's reader only; never waits, never runs application code.
///
/// Source: yamux specification; hashicorp/yamux `session.go`. Deviations, none of which a correct peer can notice:
/// numbers of the wrong parity and 0 are refused; a second FIN is ignored; data after FIN is dropped; a peer that
/// exceeds a limit gets its go away before the connection closes.
final class InboundFrames implements FrameSink {
    /// So many streams with news make a portion: a part of all that are open, within these bounds.
    private static final int LEAST_PORTION = 16;
    private static final int MOST_PORTION = 128;
    private static final int SHARE_OF_ALL = 4; // a quarter

    /// How far below the highest number a stream may begin: two opens may cross on their way, and a peer may use a
    /// number again at once; but one of long ago is a peer that has lost count.
    private static final int REUSED_WITHIN = 8_192;

    private final Role role;
    private final SessionConfig config;
    private final SessionParts parts;
    private final RateLimit pings;
    private final RateLimit resets;
    private final RateLimit emptyFrames;
    private final List<YamuxStream> news = new ArrayList<>();
    private final List<YamuxStream> arrivals = new ArrayList<>();
    private final DeadBytes deadBytes;
    private long now;
    private int portion = Integer.MAX_VALUE;
    private int readers; // who may wait for the news
    private int frames;
    private int highest;

    // The data frame whose payload is arriving.
    private @Nullable YamuxStream target;
    private int announced;
    private boolean finAfterBody;

    InboundFrames(Role role, SessionParts parts, long now) {
        this.role = role;
        this.config = parts.config();
        this.parts = parts;
        this.deadBytes = parts.deadBytes();
        this.now = now;
        this.pings = new RateLimit("pings", config.pingsPerSecond(), now);
        this.resets = new RateLimit("resets", config.resetsPerSecond(), now);
        this.emptyFrames = new RateLimit("frames without effect", config.emptyFramesPerSecond(), now);
    }

    /// @param inPortions whether it is to end early, see [#hasEnough]
    void batchBegins(long at, boolean inPortions) {
        now = at;
        portion = inPortions
                ? Math.clamp(parts.table().size() / SHARE_OF_ALL, LEAST_PORTION, MOST_PORTION)
                : Integer.MAX_VALUE;
    }

    /// Streams that nobody has accepted yet do not count: who accepts them wakes those who serve them, and does it best
    /// all at once.
    @Override
    public boolean hasEnough() {
        return readers >= portion;
    }

    /// {@return how many streams have news in this batch}
    int awaited() {
        return news.size() + arrivals.size();
    }

    /// Announces what the batch brought.
    void batchEnds() {
        parts.counters().framesReceived.add(frames);
        frames = 0;
        for (int i = 0; i < news.size(); i++) { // an iterator would be garbage of every batch
            news.get(i).wakeReader();
        }
        news.clear();
        readers = 0;
        if (!arrivals.isEmpty()) {
            arrivals.removeIf(YamuxStream::broken);
            if (!parts.accepts().addAll(arrivals)) {
                arrivals.forEach(YamuxStream::close);
            }
            arrivals.clear();
        }
    }

    @Override
    public void frame(FrameType type, int flags, int id, int length, boolean bodyFollows) throws MuxException {
        frames++;
        config.observer().frameReceived(type, flags, id, Integer.toUnsignedLong(length));
        if ((flags & ~Flags.KNOWN) != 0) {
            parts.counters().oddFrames.increment();
        }
        switch (type) {
            case DATA -> data(flags, id, length, bodyFollows);
            case WINDOW_UPDATE -> windowUpdate(flags, id, length);
            case PING -> ping(flags, length);
            case GO_AWAY -> goAway(Integer.toUnsignedLong(length));
        }
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }

    private void data(int flags, int id, int length, boolean bodyFollows) throws MuxException {
        target = null;
        announced = 0;
        finAfterBody = false;
        YamuxStream stream = streamOf(FrameType.DATA, flags, id, length);
        if (length == 0 && (flags & Flags.KNOWN) == 0) {
            odd();
            return;
        }
        if (stream == null) {
            return;
        }
        if (length == 0 || has(flags, Flags.RST)) {
            end(stream, flags, 0);
        } else if (bodyFollows) {
            target = stream;
            announced = length;
            finAfterBody = has(flags, Flags.FIN);
        } else if (stream.expect(length)) {
            target = stream;
            finAfterBody = has(flags, Flags.FIN);
        } else {
            end(stream, flags, 0);
        }
    }

    @Override
    public void body(ByteBuffer from, int length, boolean last) throws MuxException {
        YamuxStream stream = target;
        if (stream == null) {
            parts.counters().discardedBytes.add(length);
            deadBytes.arrived(length);
            return;
        }
        int expected = announced;
        announced = 0;
        switch (stream.deliver(expected, from, length)) {
            case TAKEN -> { }
            case UNWANTED -> {
                unwanted(stream, length);
                return;
            }
            case TOO_MUCH -> resets.count(now);
        }
        if (stream.firstNews()) {
            news.add(stream);
            readers += stream.awaitsAccept() ? 0 : 1;
        }
        if (last) {
            target = null;
            if (finAfterBody) {
                finish(stream);
            }
        }
    }

    /// The stream has ended for the peer, or for both: what still comes is dropped, and counted.
    private void unwanted(YamuxStream stream, int length) throws ProtocolViolation {
        parts.counters().discardedBytes.add(length);
        deadBytes.arrived(length);
        target = null;
        if (finAfterBody) {
            finish(stream);
        }
    }

    private void windowUpdate(int flags, int id, int length) throws MuxException {
        YamuxStream stream = streamOf(FrameType.WINDOW_UPDATE, flags, id, length);
        if (stream == null) {
            return;
        }
        if (has(flags, Flags.RST)) {
            end(stream, flags, Integer.toUnsignedLong(length));
            return;
        }
        if (length != 0) {
            stream.creditReceived(Integer.toUnsignedLong(length));
        } else if ((flags & Flags.KNOWN) == 0) {
            odd();
        }
        end(stream, flags, 0);
    }

    private void end(YamuxStream stream, int flags, long code) throws ProtocolViolation {
        if (has(flags, Flags.RST)) {
            resets.count(now);
            parts.counters().resetsReceived.increment();
            stream.resetByPeer(code);
        } else if (has(flags, Flags.FIN)) {
            finish(stream);
        }
    }

    private void finish(YamuxStream stream) throws ProtocolViolation {
        if (!stream.finishedByPeer()) {
            odd();
        }
    }

    /// {@return the stream that the frame is for, which may be a new one, or null if nobody has use for it}
    private @Nullable YamuxStream streamOf(FrameType type, int flags, int id, int length) throws ProtocolViolation {
        YamuxStream stream = parts.table().get(id);
        if (has(flags, Flags.SYN)) {
            if (stream != null) {
                throw new ProtocolViolation("SYN for stream " + stream + ", which is open");
            }
            return incoming(type, flags, id, length);
        }
        if (stream == null) {
            strayFrame(type, length);
        } else if (has(flags, Flags.ACK)) {
            if (!stream.acknowledgedByPeer()) {
                parts.counters().oddFrames.increment();
            }
        } else if (stream.awaitsAcknowledgement() && (type == FrameType.DATA || has(flags, Flags.FIN))) {
            stream.acknowledgedByPeer(); // who answers has taken the stream, and may leave the flag out
        }
        return stream;
    }

    /// A frame may cross the end of its stream on the wire, so it is not answered; only so many are borne.
    private void strayFrame(FrameType type, int length) throws ProtocolViolation {
        if (type == FrameType.DATA && length != 0) {
            parts.counters().oddFrames.increment(); // its payload is what is counted
        } else {
            odd();
        }
    }

    private void odd() throws ProtocolViolation {
        parts.counters().oddFrames.increment();
        emptyFrames.count(now);
    }

    private @Nullable YamuxStream incoming(FrameType type, int flags, int id, int length) throws ProtocolViolation {
        if (!role.opensFromPeer(id)) {
            throw new ProtocolViolation("SYN for stream " + Integer.toUnsignedString(id) + ", expected "
                    + (role == Role.SERVER ? "an odd number" : "an even number above 0"));
        }
        if (Integer.compareUnsigned(id, highest - REUSED_WITHIN) < 0
                && Integer.compareUnsigned(highest, REUSED_WITHIN) > 0) {
            throw new ProtocolViolation("SYN for stream " + Integer.toUnsignedString(id)
                    + ", which was used long ago; the highest so far is " + Integer.toUnsignedString(highest));
        }
        highest = Integer.compareUnsigned(id, highest) > 0 ? id : highest;
        if (type == FrameType.DATA && Integer.compareUnsigned(length, Inbound.WINDOW) > 0) {
            throw new ProtocolViolation("stream " + Integer.toUnsignedString(id) + ": first data frame of "
                    + Integer.toUnsignedString(length) + " bytes, expected at most " + Inbound.WINDOW);
        }
        if (has(flags, Flags.RST)) { // opened and broken off in one: there is nothing to hand out
            resets.count(now);
            parts.counters().resetsReceived.increment();
            return null;
        }
        if (parts.goneAway() || parts.table().inbound() >= config.maxInboundStreams()
                || !parts.accepts().hasRoomFor(arrivals.size() + 1)) {
            refuse(id);
            return null;
        }
        YamuxStream stream = new YamuxStream(id, Handshake.SYN_RECEIVED, parts);
        parts.table().add(stream);
        parts.counters().streamsReceived.increment();
        arrivals.add(stream);
        return stream;
    }

    private void refuse(int id) throws ProtocolViolation {
        resets.count(now);
        parts.outbox().answer(FrameType.WINDOW_UPDATE, Flags.RST, id, 0);
        deadBytes.allow(Inbound.WINDOW); // it may have sent as much before it sees the reset
        parts.telemetry().streamRefused(id);
    }

    private void ping(int flags, int value) throws ProtocolViolation {
        if (has(flags, Flags.SYN)) {
            pings.count(now);
            parts.outbox().answer(FrameType.PING, Flags.ACK, 0, value);
            return;
        }
        Duration time = parts.pings().answered(value);
        if (time == null) {
            odd();
        } else {
            parts.telemetry().roundTrip(time);
        }
    }

    private void goAway(long code) throws SessionClosed {
        if (code == 0) {
            parts.gate().refuse(new OpenRefused("the peer takes no new streams", Origin.REMOTE));
            return;
        }
        String meaning = code == 1 ? "protocol error" : code == 2 ? "internal error" : "code " + code;
        throw new SessionClosed("the peer ended the session: " + meaning, Origin.REMOTE, code);
    }
}
