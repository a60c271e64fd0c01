package dev.proconsul.jyamux.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Reading by the threads of a [SelectLoop], which the session shares with others.
final class PolledReading implements Reading, SelectLoop.Watcher {
    /// One read, and what it brought.
    interface Source {
        /// @return as [SelectLoop.Watcher#readable] does
        int read(ByteBuffer buffer);
    }

    private final PolledWire wire;
    private final Source source;
    private final Runnable onGone;
    private final CountDownLatch over = new CountDownLatch(1);

    /// @param onGone the connection was closed, before or after it came to an end
    PolledReading(PolledWire wire, Source source, Runnable onGone) {
        this.wire = wire;
        this.source = source;
        this.onGone = onGone;
    }

    @Override
    public void start() {
        wire.watch(this);
    }

    @Override
    public int readable(ByteBuffer buffer) {
        int woken = source.read(buffer);
        if (woken == SelectLoop.NO_MORE) {
            over.countDown();
        }
        return woken;
    }

    @Override
    public void writable() {
        wire.writable();
    }

    @Override
    public void gone() {
        onGone.run();
        over.countDown();
    }

    @Override
    public boolean await(Duration patience) throws InterruptedException {
        return over.await(Deadlines.nanos(patience), TimeUnit.NANOSECONDS);
    }
}
