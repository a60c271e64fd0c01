package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The streams that are not closed, by number. After the end of the session it is empty and stays so.
final class StreamTable {
    private final Role role;
    private final ConcurrentHashMap<Integer, YamuxStream> streams = new ConcurrentHashMap<>();
    private final AtomicInteger inbound = new AtomicInteger();
    private final ReentrantLock emptyLock = new ReentrantLock();
    private final Condition emptied = emptyLock.newCondition();
    private volatile @Nullable SessionClosed end;

    StreamTable(Role role) {
        this.role = role;
    }

    void add(YamuxStream stream) {
        streams.put(stream.id(), stream);
        if (role.opensFromPeer(stream.id())) {
            inbound.incrementAndGet();
        }
        SessionClosed ended = end;
        if (ended != null) {
            stream.sessionEnded(ended); // it came between the end and the sweep, or after it
        }
    }

    @Nullable YamuxStream get(int id) {
        return streams.get(id);
    }

    /// The stream's number is free, and its frames are nobody's.
    void remove(YamuxStream stream) {
        streams.remove(stream.id(), stream);
        if (streams.isEmpty()) {
            emptyLock.lock();
            try {
                emptied.signalAll();
            } finally {
                emptyLock.unlock();
            }
        }
    }

    /// Nobody has the stream in hand any more.
    void release(YamuxStream stream) {
        if (role.opensFromPeer(stream.id())) {
            inbound.decrementAndGet();
        }
    }

    int size() {
        return streams.size();
    }

    /// {@return the peer's streams that are not closed, or that the application has not let go of}
    int inbound() {
        return inbound.get();
    }

    Collection<YamuxStream> all() {
        return streams.values();
    }

    void end(SessionClosed reason) {
        end = reason;
        List.copyOf(streams.values()).forEach(stream -> stream.sessionEnded(reason));
    }

    boolean awaitEmpty(Duration patience) throws InterruptedException {
        long left = Deadlines.nanos(patience);
        emptyLock.lockInterruptibly();
        try {
            while (!streams.isEmpty() && left > 0) {
                left = emptied.awaitNanos(left);
            }
            return streams.isEmpty();
        } finally {
            emptyLock.unlock();
        }
    }
}
