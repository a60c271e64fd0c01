package dev.proconsul.jyamux.internal;

import java.time.Duration;

/// Reading by a thread of the session's own, over a connection whose reads wait.
final class ThreadReading implements Reading {
    private final Thread thread;

    /// @param reading returns when there is no more
    ThreadReading(String name, Runnable reading) {
        thread = Thread.ofVirtual().name(name).unstarted(reading);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public boolean await(Duration patience) throws InterruptedException {
        return thread.join(patience);
    }
}
