package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Whether a server is worth a call: its breaker. Any thread.
///
/// ```
///             a call or ping fails                      back-off over
///   unknown ------------------------> left alone ------------------------> may be pinged
///   passing                              ^   back-off twice as long            |     |
///      ^                                 +-------------------------------------+     |
///      +------------------------------- a call or ping is answered ------------------+
/// ```
///
/// A failing server is asked only when there is no other. Back-off is 1 s after the first failure and 30 s at most,
/// less up to a half at random, so that many clients do not come back to a server at once.
public final class ServerHealth {
    private static final long FIRST_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_DOUBLINGS = 5;
    private static final long LONGEST_NANOS = Duration.ofSeconds(30).toNanos();

    private final Time time;
    private final RandomGenerator random;
    private volatile boolean failing; // read by every call
    private volatile boolean answered;

    // Guarded by this.
    private int failures;
    private long retryAt;
    private boolean probing;
    private @Nullable Duration rtt;
    private @Nullable String problem;

    /// Makes the health of a server that nothing is known of.
    /// @param time   the clock of back-off
    /// @param random its jitter
    public ServerHealth(Time time, RandomGenerator random) {
        this.time = time;
        this.random = random;
    }

    /// {@return whether the server has failed the last call}
    public boolean failing() {
        return failing;
    }

    /// {@return whether the server has answered the last call}
    public boolean passing() {
        return answered && !failing;
    }

    /// A call or ping was answered, be it with an error.
    public void succeeded() {
        if (answered && !failing) {
            return;
        }
        synchronized (this) {
            answered = true;
            failing = false;
            failures = 0;
            probing = false;
            problem = null;
        }
    }

    /// A ping was answered.
    /// @param took how long that took
    public void succeeded(Duration took) {
        synchronized (this) {
            rtt = took;
        }
        succeeded();
    }

    /// A call or ping failed without an answer.
    /// @param why for a person
    public synchronized void failed(String why) {
        failing = true;
        failures++;
        problem = why;
        probing = false;
        long whole = Math.min(LONGEST_NANOS, FIRST_NANOS << Math.min(failures - 1, MOST_DOUBLINGS));
        retryAt = time.nanoTime() + whole - random.nextLong(whole / 2);
    }

    /// {@return true if the back-off is over and nobody else has been told so since; whoever is told pings}
    public synchronized boolean takeProbe() {
        if (!failing || probing || time.nanoTime() < retryAt) {
            return false;
        }
        probing = true;
        return true;
    }

    /// {@return how many times in a row it has failed}
    public synchronized int failures() {
        return failures;
    }

    /// {@return how long it is left alone; zero when it is not}
    public synchronized Duration retryIn() {
        return failing ? Duration.ofNanos(Math.max(0, retryAt - time.nanoTime())) : Duration.ZERO;
    }

    /// {@return how long the last ping took}
    public synchronized Optional<Duration> rtt() {
        return Optional.ofNullable(rtt);
    }

    /// {@return what the last failure was; empty after a success}
    public synchronized Optional<String> problem() {
        return Optional.ofNullable(problem);
    }
}
