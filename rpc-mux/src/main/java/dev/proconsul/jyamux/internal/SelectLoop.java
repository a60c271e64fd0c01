package dev.proconsul.jyamux.internal;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// Reads for many connections: finds out which of them have bytes, and works those off one after the other. Compared
/// with a thread for each connection this saves the wake-up of that thread, arming the kernel's notice again after
/// every message, and a buffer for each connection that rests.
///
/// Two threads take turns at it:
///
/// - the *sentry*, a platform thread, while little comes: it waits in the kernel, which wakes it directly. A virtual
///   thread that waits for a selector is woken by way of two others.
/// - the *worker*, a virtual thread, from when one turn has had news for several streams, or has brought much, until it
///   would have to wait for news of a lone stream, see [LoopPace]. It is among those that it wakes, lets them go first
///   and looks again without waiting: while there is work it never sleeps, and what they write meanwhile brings more to
///   read at once.
///
/// Threads: [#sentry] and [#worker] never run at the same time: `busy` says whose turn it is. Everything else that is
/// not private may be called by any, but for [#attempt], which is theirs.
final class SelectLoop {
    /// What the loop does for a connection. Never waits, though it may let others run by `Thread.yield` when it is on a
    /// virtual thread.
    interface Watcher {
        /// There are bytes to read.
        ///
        /// @param buffer empty, and the loop's again afterwards
        /// @return how many streams had news, or [#NO_MORE]
        int readable(ByteBuffer buffer);

        /// There is room to write, for which [#awaitRoom] has asked.
        void writable();

        /// The connection was closed, and the loop has let go of it: nothing is called any more.
        void gone();
    }

    /// The connection is not to be read any more.
    static final int NO_MORE = -1;

    private static final Logger LOG = System.getLogger(SelectLoop.class.getName());
    private static final int BUFFER = 131_072;
    /// How long the loop rests after a turn that failed, in nanoseconds; doubled with each failure, halved with each
    /// success. There is no other loop for its connections, so it goes on, but takes no processor and fills no log.
    private static final long SHORTEST_REST = 1_000_000;
    private static final long LONGEST_REST = 1_000_000_000;

    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final LongConsumer resting;
    private final Consumer<SelectionKey> serving = this::serve;
    private final Queue<Watcher> leaving = new ConcurrentLinkedQueue<>();
    private final Thread sentry;
    private final Thread worker;
    private volatile boolean waiting;
    private volatile boolean busy;

    // Of the thread whose turn it is.
    private final LoopPace pace = new LoopPace();
    private int streams;
    private int read;
    private long rest = SHORTEST_REST;

    /// @param name of its threads
    SelectLoop(Selector selector, String name) {
        this(selector, name, LockSupport::parkNanos);
    }

    /// @param resting waits for so many nanoseconds
    SelectLoop(Selector selector, String name, LongConsumer resting) {
        this.selector = selector;
        this.resting = resting;
        sentry = Thread.ofPlatform()
                .daemon()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(this::keepWatch);
        worker = Thread.ofVirtual()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(this::work);
    }

    void start() {
        worker.start(); // waits for the sentry: if that cannot start, nobody touches the selector
        sentry.start();
    }

    /// Takes a connection in. Nothing is called before [#watch].
    SelectionKey register(SelectableChannel channel) throws IOException {
        return channel.register(selector, 0);
    }

    /// Begins to read.
    void watch(SelectionKey key, Watcher watcher) {
        key.attach(watcher);
        key.interestOps(SelectionKey.OP_READ);
        nudge();
    }

    /// Asks for one call of [Watcher#writable].
    ///
    /// @throws CancelledKeyException if the connection is closed
    void awaitRoom(SelectionKey key) {
        key.interestOpsOr(SelectionKey.OP_WRITE);
        nudge();
    }

    /// The connection was closed.
    void leave(Watcher watcher) {
        leaving.add(watcher);
        nudge();
    }

    /// {@return how many connections it has}
    int size() {
        return selector.keys().size();
    }

    /// Either the loop sees what has changed before it waits, or it is seen waiting here.
    private void nudge() {
        if (waiting) {
            selector.wakeup();
        }
    }

    private void keepWatch() {
        while (true) {
            if (busy) {
                LockSupport.park(this);
                continue;
            }
            note(attempt(true));
            if (pace.callsWorker()) {
                busy = true;
                LockSupport.unpark(worker);
            }
        }
    }

    private void work() {
        while (true) {
            if (!busy) {
                LockSupport.park(this);
                continue;
            }
            if (pace.letsOthersRun()) {
                Thread.yield();
            }
            note(attempt(pace.waits()));
            if (pace.callsSentry()) {
                busy = false;
                LockSupport.unpark(sentry);
            }
        }
    }

    private void note(int news) {
        pace.noted(news, streams, read);
    }

    /// One turn.
    ///
    /// @return how many connections had news
    int attempt(boolean wait) {
        try {
            int news = turn(wait);
            rest = Math.max(rest / 2, SHORTEST_REST);
            return news;
        } catch (IOException | RuntimeException | Error e) { // a connection's own errors never come here
            LOG.log(Level.ERROR, () -> "reading sockets failed, next attempt in " + Duration.ofNanos(rest), e);
            letGo();
            Thread.interrupted(); // nobody waits for that, and it would cut the rest short
            resting.accept(rest);
            rest = Math.min(2 * rest, LONGEST_REST);
            return 0;
        }
    }

    /// Who closes a connection waits for that, and shall not wait for the selector to work again.
    private void letGo() {
        for (Watcher gone = leaving.poll(); gone != null; gone = leaving.poll()) {
            try {
                gone.gone();
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "internal error", e);
            }
        }
    }

    private int turn(boolean wait) throws IOException {
        streams = 0;
        read = 0;
        Watcher gone = leaving.poll();
        waiting = wait && gone == null;
        try {
            return waiting && leaving.isEmpty() ? selector.select(serving) : selector.selectNow(serving);
        } finally {
            waiting = false;
            if (gone != null) { // it left before the selector looked, so the selector, if it works, has let go of it
                gone.gone();
            }
        }
    }

    private void serve(SelectionKey key) {
        try {
            Watcher watcher = (Watcher) key.attachment();
            int ready = key.readyOps();
            if ((ready & SelectionKey.OP_WRITE) != 0) {
                key.interestOpsAnd(~SelectionKey.OP_WRITE);
                watcher.writable();
            }
            if ((ready & SelectionKey.OP_READ) != 0) {
                int count = watcher.readable(buffer.clear());
                read += buffer.position();
                if (count == NO_MORE) {
                    key.interestOpsAnd(~SelectionKey.OP_READ);
                } else {
                    streams += count;
                }
            }
        } catch (CancelledKeyException e) {
            LOG.log(Level.TRACE, "closed meanwhile", e);
        }
    }
}
