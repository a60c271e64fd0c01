package dev.proconsul.rpc.endpoints.internal.state;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Time that only the test moves.
final class ManualClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-11-24T10:00:00Z");

    void advance(Duration by) {
        now = now.plus(by);
    }

    @Override
    public Instant instant() {
        return now;
    }
}
