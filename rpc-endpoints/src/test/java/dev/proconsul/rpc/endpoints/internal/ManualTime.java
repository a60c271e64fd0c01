package dev.proconsul.rpc.endpoints.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Time that passes only when the test says so. Due tasks run in the thread that lets it pass, in order.
final class ManualTime implements Time {
    private record Entry(Instant at, Runnable task) {}

    private final List<Entry> entries = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-24T10:00:00Z");

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable task) {
        var entry = new Entry(now.plus(delay), task);
        entries.add(entry);
        return () -> cancel(entry);
    }

    private synchronized void cancel(Entry entry) {
        entries.remove(entry);
    }

    void advance(Duration step) {
        var end = instant().plus(step);
        for (var next = next(end); next != null; next = next(end)) {
            next.task.run();
        }
        synchronized (this) {
            now = end;
        }
    }

    private synchronized Entry next(Instant end) {
        var first = entries.stream().min(Comparator.comparing(Entry::at)).filter(e -> !e.at.isAfter(end));
        first.ifPresent(entry -> {
            entries.remove(entry);
            now = entry.at;
        });
        return first.orElse(null);
    }

    synchronized int pending() {
        return entries.size();
    }

    @Override
    public synchronized void close() {
        entries.clear();
    }
}
