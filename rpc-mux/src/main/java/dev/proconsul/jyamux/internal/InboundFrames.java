package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.MuxException.OpenRefused;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.SessionConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the peer's frames do: to streams, to the session, to nobody.
///
/// A frame is checked before it changes anything. Its flags work in the order SYN, ACK, then payload or credit, then
/// FIN, RST: a reader never sees the end before the last bytes. Streams with news, and new streams, are gathered and
/// announced once at the end of the inbound batch.
///
/// Threads: the session's reader only; never waits, never runs application code.
///
/// Source: yamux specification; hashicorp/yamux `session.go`. Deviations, none of which a correct peer can notice:
/// numbers of the wrong parity and 0 are refused; a second FIN is ignored; data after FIN is dropped; a peer that
/// exceeds a limit gets its go away before the connection closes.
final class InboundFrames implements FrameSink {
    private final Role role;
    private final SessionConfig config;
    private final SessionParts parts;
    private final RateLimit resets;
    private final RateLimit emptyFrames;
    private final List<YamuxStream> news = new ArrayList<>();
    private final List<YamuxStream> arrivals = new ArrayList<>();
    private final DeadBytes deadBytes;
    private long now;

    // The data frame whose payload is arriving.
    private @Nullable YamuxStream target;
    private boolean finAfterBody;

    InboundFrames(Role role, SessionParts parts, long now) {
        this.role = role;
        this.config = parts.config();
        this.parts = parts;
        this.deadBytes = parts.deadBytes();
        this.now = now;
        this.resets = new RateLimit("resets", config.resetsPerSecond(), now);
        this.emptyFrames = new RateLimit("frames without effect", config.emptyFramesPerSecond(), now);
    }

    void batchBegins(long at) {
        now = at;
    }

    /// Announces what the batch brought.
    ///
    /// @return how many streams have news
    int batchEnds() {
        int count = news.size() + arrivals.size();
        for (YamuxStream stream : news) {
            stream.wakeReader();
        }
        news.clear();
        if (!arrivals.isEmpty()) {
            arrivals.removeIf(YamuxStream::broken);
            parts.accepts().addAll(arrivals);
            arrivals.clear();
        }
        return count;
    }

    @Override
    public void frame(FrameHeader header) throws MuxException {
        parts.counters().framesReceived.increment();
        config.observer().frameReceived(header.type(), header.unsignedLength());
        if ((header.flags() & ~Flags.KNOWN) != 0) {
            parts.counters().oddFrames.increment();
        }
        switch (header.type()) {
            case DATA -> data(header);
            case WINDOW_UPDATE -> windowUpdate(header);
            case PING -> ping(header);
            case GO_AWAY -> goAway(header);
        }
    }

    private void data(FrameHeader header) throws MuxException {
        target = null;
        finAfterBody = false;
        YamuxStream stream = streamOf(header);
        if (header.length() == 0 && (header.flags() & Flags.KNOWN) == 0) {
            odd();
            return;
        }
        if (stream == null) {
            return;
        }
        if (header.length() == 0 || header.has(Flags.RST)) {
            end(stream, header, 0);
        } else if (stream.expect(header)) {
            target = stream;
            finAfterBody = header.has(Flags.FIN);
        } else {
            end(stream, header, 0);
        }
    }

    @Override
    public void body(byte[] bytes, int offset, int length, boolean last) throws MuxException {
        YamuxStream stream = target;
        if (stream == null) {
            parts.counters().discardedBytes.add(length);
            deadBytes.arrived(length);
            return;
        }
        if (!stream.deliver(bytes, offset, length)) {
            resets.count(now);
        }
        if (news.isEmpty() || news.getLast() != stream) {
            news.add(stream);
        }
        if (last) {
            target = null;
            if (finAfterBody) {
                finish(stream);
            }
        }
    }

    private void windowUpdate(FrameHeader header) throws MuxException {
        YamuxStream stream = streamOf(header);
        if (stream == null) {
            return;
        }
        if (header.has(Flags.RST)) {
            end(stream, header, header.unsignedLength());
            return;
        }
        if (header.length() != 0) {
            stream.creditReceived(header.unsignedLength());
        } else if ((header.flags() & Flags.KNOWN) == 0) {
            odd();
        }
        end(stream, header, 0);
    }

    private void end(YamuxStream stream, FrameHeader header, long code) throws ProtocolViolation {
        if (header.has(Flags.RST)) {
            resets.count(now);
            parts.counters().resetsReceived.increment();
            stream.resetByPeer(code);
        } else if (header.has(Flags.FIN)) {
            finish(stream);
        }
    }

    private void finish(YamuxStream stream) throws ProtocolViolation {
        if (!stream.finishedByPeer()) {
            odd();
        }
    }

    /// {@return the stream that the frame is for, which may be a new one, or null if nobody has use for it}
    private @Nullable YamuxStream streamOf(FrameHeader header) throws ProtocolViolation {
        YamuxStream stream = parts.table().get(header.streamId());
        if (header.has(Flags.SYN)) {
            if (stream != null) {
                throw new ProtocolViolation("SYN for stream " + stream + ", which is open");
            }
            return incoming(header);
        }
        if (stream == null) {
            strayFrame(header);
        } else if (header.has(Flags.ACK)) {
            if (!stream.acknowledgedByPeer()) {
                parts.counters().oddFrames.increment();
            }
        } else if (stream.awaitsAcknowledgement() && (header.type() == FrameType.DATA || header.has(Flags.FIN))) {
            stream.acknowledgedByPeer(); // who answers has taken the stream, and may leave the flag out
        }
        return stream;
    }

    /// A frame may cross the end of its stream on the wire, so it is not answered; only so many are borne.
    private void strayFrame(FrameHeader header) throws ProtocolViolation {
        if (header.type() == FrameType.DATA && header.length() != 0) {
            parts.counters().oddFrames.increment(); // its payload is what is counted
        } else {
            odd();
        }
    }

    private void odd() throws ProtocolViolation {
        parts.counters().oddFrames.increment();
        emptyFrames.count(now);
    }

    private @Nullable YamuxStream incoming(FrameHeader header) throws ProtocolViolation {
        int id = header.streamId();
        if (!role.opensFromPeer(id)) {
            throw new ProtocolViolation("SYN for stream " + Integer.toUnsignedString(id) + ", expected "
                    + (role == Role.SERVER ? "an odd number" : "an even number above 0"));
        }
        if (header.type() == FrameType.DATA && header.unsignedLength() > Inbound.WINDOW) {
            throw new ProtocolViolation("stream " + Integer.toUnsignedString(id) + ": first data frame of "
                    + header.unsignedLength() + " bytes, expected at most " + Inbound.WINDOW);
        }
        if (header.has(Flags.RST)) { // opened and broken off in one: there is nothing to hand out
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
        parts.counters().streamsRefused.increment();
        config.observer().streamRefused(id);
    }

    private void ping(FrameHeader header) throws ProtocolViolation {
        if (header.has(Flags.SYN)) {
            parts.outbox().answer(FrameType.PING, Flags.ACK, 0, header.length());
            return;
        }
        Duration time = parts.pings().answered(header.length());
        if (time == null) {
            odd();
        } else {
            config.observer().roundTrip(time);
        }
    }

    private void goAway(FrameHeader header) throws SessionClosed {
        long code = header.unsignedLength();
        if (code == 0) {
            parts.gate().refuse(new OpenRefused("the peer takes no new streams", Origin.REMOTE));
            return;
        }
        String meaning = code == 1 ? "protocol error" : code == 2 ? "internal error" : "code " + code;
        throw new SessionClosed("the peer ended the session: " + meaning, Origin.REMOTE, code);
    }
}
