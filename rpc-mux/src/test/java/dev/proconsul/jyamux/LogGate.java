package dev.proconsul.jyamux;

import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Holds up the first thread that logs to a logger, until it is closed: a place to stand still in the midst of something.
final class LogGate extends Handler implements AutoCloseable {
    private final Logger logger;
    private final Level before;
    private final CountDownLatch somebody = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    LogGate(String name) {
        logger = Logger.getLogger(name);
        before = logger.getLevel();
        logger.setLevel(Level.FINE);
        logger.addHandler(this);
    }

    void awaitSomebody() throws InterruptedException {
        somebody.await();
    }

    @Override
    public void publish(LogRecord line) {
        if (somebody.getCount() > 0) {
            somebody.countDown();
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setLevel(before);
        open.countDown();
    }
}
