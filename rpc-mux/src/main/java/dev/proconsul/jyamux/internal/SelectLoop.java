package dev.proconsul.jyamux.internal;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/// Reads for many connections: one virtual thread that finds out which of them have bytes, and works those off one after
/// the other. Compared with a thread for each connection this saves the wake-up of that thread, arming the kernel's
/// notice again after every message, and a buffer for each connection that rests.
///
/// After a turn that woke several threads it lets them go first and looks again without waiting: while there is work
/// it never sleeps, and what they write meanwhile brings more to read at once.
///
/// Threads: [#run] is the loop's own; everything else may be called by any.
final class SelectLoop implements Runnable {
    /// What the loop does for a connection. Never waits.
    interface Watcher {
        /// There are bytes to read.
        ///
        /// @param buffer empty, and the loop's again afterwards
        /// @return how many threads it woke, or [#NO_MORE]
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
    /// So many bytes in a turn are a stream of them.
    private static final int MUCH = 16_384;
    /// Turns without news before the loop waits, if the last news woke several threads.
    private static final int QUIET_TURNS = 4;

    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final Consumer<SelectionKey> serving = this::serve;
    private final Queue<Watcher> leaving = new ConcurrentLinkedQueue<>();
    private volatile boolean waiting;

    // The loop's.
    private int woken;
    private int read;

    SelectLoop(Selector selector) {
        this.selector = selector;
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

    @Override
    public void run() {
        int quiet = 0;
        int patience = 0;
        while (true) {
            try {
                if (turn(quiet >= patience) == 0) {
                    quiet++;
                } else {
                    quiet = 0;
                    patience = woken > 1 || read >= MUCH ? QUIET_TURNS : 0;
                }
            } catch (IOException | RuntimeException | Error e) {
                LOG.log(Level.ERROR, "internal error", e); // a connection's own errors never come here
            }
            if (patience > 0) {
                Thread.yield();
            }
        }
    }

    /// {@return how many connections had news}
    private int turn(boolean wait) throws IOException {
        woken = 0;
        read = 0;
        Watcher gone = leaving.poll();
        waiting = wait && gone == null;
        try {
            return waiting && leaving.isEmpty() ? selector.select(serving) : selector.selectNow(serving);
        } finally {
            waiting = false;
            if (gone != null) { // it left before the selector looked, so the selector has let go of it
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
                    woken += count;
                }
            }
        } catch (CancelledKeyException e) {
            LOG.log(Level.TRACE, "closed meanwhile", e);
        }
    }
}
