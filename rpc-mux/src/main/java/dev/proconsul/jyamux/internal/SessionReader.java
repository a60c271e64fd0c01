package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.SessionObserver;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Reads the connection until the session ends. Works off everything that one read brought before it reads again, and
/// writes nothing itself: what is to be answered is put into the outbox.
///
/// Waits with a small buffer. When a read has filled it the next ones get a large one, until so many in a row could
/// have done with the small one: an idle session holds no large buffer.
final class SessionReader {
    private static final int SMALL = 4_096;
    private static final int LARGE = 131_072;
    private static final int SMALL_READS_TO_SHRINK = 16;
    /// Of one read. A message of 128 bytes on each of a thousand streams is eight.
    private static final int MOST_PORTIONS = 12;

    private final Wire wire;
    private final InboundFrames frames;
    private final FrameDecoder decoder;
    private final KeepAlive keepAlive;
    private final SessionParts parts;
    private final SessionObserver observer;
    private int smallReads;
    private int woken;

    SessionReader(Wire wire, InboundFrames frames, KeepAlive keepAlive, SessionParts parts) {
        this.wire = wire;
        this.frames = frames;
        this.decoder = new FrameDecoder(frames);
        this.keepAlive = keepAlive;
        this.parts = parts;
        this.observer = parts.config().observer();
    }

    /// Reads until there is no more.
    ///
    /// @throws MuxException for a violation, or a go away of the peer
    /// @throws IOException when the connection fails or ends
    void run() throws IOException {
        ByteBuffer buffer = wire.pool().take(SMALL);
        try {
            while (true) {
                int count = read(buffer);
                if (woken > 1) {
                    Thread.yield(); // they go first, here; then there is more to read at once, and less to fight over
                }
                int wanted = next(buffer.capacity(), count);
                if (wanted != buffer.capacity()) {
                    wire.pool().give(buffer);
                    buffer = wire.pool().take(wanted);
                }
            }
        } finally {
            wire.pool().give(buffer);
        }
    }

    private int next(int present, int count) {
        if (count == present) {
            smallReads = 0;
            return LARGE;
        }
        smallReads = count <= SMALL ? smallReads + 1 : 0;
        return smallReads >= SMALL_READS_TO_SHRINK ? SMALL : present;
    }

    private int read(ByteBuffer buffer) throws IOException {
        woken = 0;
        buffer.clear();
        int count = wire.read(buffer);
        if (count < 0) {
            throw ended();
        }
        if (count == 0) {
            return 0;
        }
        buffer.flip();
        long now = parts.ticker().nanos();
        keepAlive.heard(now);
        parts.counters().heard(count);
        observer.bytesReceived(count);
        workOff(buffer, now);
        return count;
    }

    /// If many streams have news, they are announced in portions, and who was woken runs before the next: what the
    /// reader has just touched is still near the processor then, and the peer gets the first answers to work on. Only
    /// so many portions: what a peer sends decides how many it could be, and other sessions wait meanwhile.
    private void workOff(ByteBuffer buffer, long now) throws MuxException {
        boolean letsOthersRun = Thread.currentThread().isVirtual();
        for (int left = MOST_PORTIONS - 1; ; left--) {
            frames.batchBegins(now, letsOthersRun && left > 0);
            try {
                decoder.feed(buffer);
            } finally {
                woken += announce();
            }
            if (!buffer.hasRemaining()) {
                return;
            }
            Thread.yield();
        }
    }

    private int announce() {
        int awaited = frames.awaited();
        parts.outbox().company(awaited);
        try {
            frames.batchEnds();
        } finally {
            parts.outbox().companyWoken(awaited);
        }
        return awaited;
    }

    /// Reads once, for a connection whose reads do not wait.
    ///
    /// @param buffer empty
    /// @return how many streams had news
    /// @throws MuxException for a violation, or a go away of the peer
    /// @throws IOException when the connection fails or ends
    int poll(ByteBuffer buffer) throws IOException {
        read(buffer);
        return woken;
    }

    /// Reads once what nobody looks at any more: with bytes unread the connection could not be closed without a reset,
    /// which may cost the peer the last bytes it was sent.
    ///
    /// @param buffer of the caller
    /// @throws IOException when the connection fails or ends
    void discard(ByteBuffer buffer) throws IOException {
        int count = wire.read(buffer.clear());
        if (count < 0) {
            throw ended();
        }
        parts.counters().heard(count);
    }

    /// Does so until the end.
    void discardAll() throws IOException {
        ByteBuffer buffer = wire.pool().take(SMALL);
        try {
            while (true) {
                discard(buffer);
            }
        } finally {
            wire.pool().give(buffer);
        }
    }

    private SessionClosed ended() {
        return decoder.betweenFrames()
                ? new SessionClosed("the peer closed the connection", Origin.REMOTE, 0)
                : new SessionClosed("the connection ended " + decoder.position(), Origin.TRANSPORT, 0);
    }
}
