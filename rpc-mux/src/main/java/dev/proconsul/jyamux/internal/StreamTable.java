package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The streams that are not closed, by number. After the end of the session it is empty and stays so.
///
/// A table of chains whose links never change once they can be seen: the reader looks up the stream of every frame
/// without a lock and without an object for the number. Whoever adds or removes does it under the lock; removing makes
/// the links in front anew, and chains are short.
final class StreamTable {
    private static final int SMALLEST = 16;

    private final Role role;
    private final int multiplier = ThreadLocalRandom.current().nextInt() | 1;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();

    // Written under lock.
    private volatile @Nullable Link[] chains = new Link[SMALLEST];
    private volatile int size;
    private volatile int inbound;

    // Guarded by lock.
    private @Nullable SessionClosed end;

    private record Link(YamuxStream stream, @Nullable Link next) {}

    StreamTable(Role role) {
        this.role = role;
    }

    /// A peer chooses its numbers. It must not be able to choose them so that all land in one chain.
    private int index(int id, int length) {
        return id * multiplier >>> Integer.numberOfLeadingZeros(length - 1);
    }

    void add(YamuxStream stream) {
        SessionClosed ended;
        lock.lock();
        try {
            if (size >= chains.length) {
                grow();
            }
            link(chains, stream);
            size++;
            if (role.opensFromPeer(stream.id())) {
                inbound++;
            }
            ended = end;
        } finally {
            lock.unlock();
        }
        if (ended != null) {
            stream.sessionEnded(ended); // it came between the end and the sweep, or after it
        }
    }

    private void link(@Nullable Link[] table, YamuxStream stream) {
        int at = index(stream.id(), table.length);
        table[at] = new Link(stream, table[at]);
        chains = table; // what was written before it can be seen by whoever reads it
    }

    private void grow() {
        @Nullable Link[] larger = new Link[2 * chains.length];
        for (YamuxStream stream : all()) {
            int at = index(stream.id(), larger.length);
            larger[at] = new Link(stream, larger[at]);
        }
        chains = larger;
    }

    @Nullable YamuxStream get(int id) {
        @Nullable Link[] table = chains;
        for (Link link = table[index(id, table.length)]; link != null; link = link.next) {
            if (link.stream.id() == id) {
                return link.stream;
            }
        }
        return null;
    }

    /// The stream's number is free, and its frames are nobody's.
    void remove(YamuxStream stream) {
        lock.lock();
        try {
            @Nullable Link[] table = chains;
            int at = index(stream.id(), table.length);
            if (contains(table[at], stream)) {
                table[at] = without(table[at], stream);
                chains = table;
                size--;
            }
            if (size == 0) {
                emptied.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean contains(@Nullable Link chain, YamuxStream stream) {
        for (Link link = chain; link != null; link = link.next) {
            if (link.stream == stream) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Link without(@Nullable Link chain, YamuxStream stream) {
        if (chain == null) {
            return null;
        }
        return chain.stream == stream ? chain.next : new Link(chain.stream, without(chain.next, stream));
    }

    /// Nobody has the stream in hand any more.
    void release(YamuxStream stream) {
        if (role.opensFromPeer(stream.id())) {
            lock.lock();
            try {
                inbound--;
            } finally {
                lock.unlock();
            }
        }
    }

    int size() {
        return size;
    }

    /// {@return the peer's streams that are not closed, or that the application has not let go of}
    int inbound() {
        return inbound;
    }

    /// {@return the streams of some moment}
    List<YamuxStream> all() {
        List<YamuxStream> streams = new ArrayList<>(size);
        for (Link chain : chains) {
            for (Link link = chain; link != null; link = link.next) {
                streams.add(link.stream);
            }
        }
        return streams;
    }

    void end(SessionClosed reason) {
        List<YamuxStream> left;
        lock.lock();
        try {
            end = reason;
            left = all();
        } finally {
            lock.unlock();
        }
        left.forEach(stream -> stream.sessionEnded(reason));
    }

    boolean awaitEmpty(Duration patience) throws InterruptedException {
        long left = Deadlines.nanos(patience);
        lock.lockInterruptibly();
        try {
            while (size > 0 && left > 0) {
                left = emptied.awaitNanos(left);
            }
            return size == 0;
        } finally {
            lock.unlock();
        }
    }
}
