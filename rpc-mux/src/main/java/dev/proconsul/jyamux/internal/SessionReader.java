package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.SessionObserver;
import java.io.IOException;
import java.io.InputStream;

/// Reads the connection until the session ends. Works off everything that one read brought before it reads again, and
/// writes nothing itself: what is to be answered is put into the outbox.
///
/// Waits with a small buffer of its own, and borrows a large one only while more is there to be read, so an idle
/// session holds no large buffer.
final class SessionReader {
    private static final int SMALL = 4_096;
    private static final int LARGE = 131_072;

    private final InputStream in;
    private final InboundFrames frames;
    private final FrameDecoder decoder;
    private final KeepAlive keepAlive;
    private final Flusher flusher;
    private final Ticker ticker;
    private final BufferPool pool;
    private final Counters counters;
    private final SessionObserver observer;
    private final byte[] small = new byte[SMALL];

    SessionReader(InputStream in, InboundFrames frames, KeepAlive keepAlive, Flusher flusher, SessionParts parts) {
        this.in = in;
        this.frames = frames;
        this.decoder = new FrameDecoder(frames);
        this.keepAlive = keepAlive;
        this.flusher = flusher;
        this.ticker = parts.ticker();
        this.pool = parts.pool();
        this.counters = parts.counters();
        this.observer = parts.config().observer();
    }

    /// Reads until there is no more.
    ///
    /// @throws MuxException for a violation, or a go away of the peer
    /// @throws IOException when the connection fails or ends
    void run() throws IOException {
        boolean mayBeMore = false;
        while (true) {
            mayBeMore = mayBeMore && in.available() > 0 ? readLarge() : read(small);
        }
    }

    private boolean readLarge() throws IOException {
        byte[] large = pool.take(LARGE);
        try {
            return read(large);
        } finally {
            pool.give(large);
        }
    }

    /// {@return whether the buffer was filled, so that there may be more}
    private boolean read(byte[] buffer) throws IOException {
        int count = in.read(buffer, 0, buffer.length);
        if (count < 0) {
            throw new SessionClosed("the connection ended " + decoder.position(), Origin.TRANSPORT, 0);
        }
        if (count > buffer.length) {
            throw new IOException("the connection read " + count + " bytes into " + buffer.length);
        }
        long now = ticker.nanos();
        keepAlive.heard(now);
        counters.bytesReceived.add(count);
        observer.bytesReceived(count);
        frames.batchBegins(now);
        int woken = 0;
        try {
            decoder.feed(buffer, 0, count);
        } finally {
            woken = frames.batchEnds();
            flusher.expectCompany(woken > 1);
        }
        return count == buffer.length;
    }
}
