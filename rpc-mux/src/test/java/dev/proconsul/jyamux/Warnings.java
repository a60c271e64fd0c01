package dev.proconsul.jyamux;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// What the module warns of, until it is closed.
final class Warnings extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("dev.proconsul.jyamux");
    private final Level before = logger.getLevel();
    final List<String> lines = new CopyOnWriteArrayList<>();

    Warnings() {
        logger.setLevel(Level.WARNING);
        logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord line) {
        if (line.getLevel() == Level.WARNING) {
            lines.add(line.getMessage());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setLevel(before);
    }
}
