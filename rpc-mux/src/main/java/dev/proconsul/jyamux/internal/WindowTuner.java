package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.WindowBudget;

/// Decides how large the windows of a session's streams are.
///
/// A window doubles when half of it was consumed in less than two round trips. So growth ends when it lies between four
/// and eight times what the connection holds (bandwidth times round trip); it follows what the application has read, so
/// a slow reader's window stays. It is bounded for each stream, for the session, and for all sessions that share a
/// [WindowBudget]. Whoever has grown and then rests falls back to the start: [#RESTING].
///
/// The round trip is measured when it is first of use, and again while it is.
///
/// Threads: any. Called with a stream's lock held.
final class WindowTuner {
    /// A stream that consumed nothing for so long gives back what it has grown by.
    static final long RESTING = 10_000_000_000L;
    private static final int ROUND_TRIPS = 2;

    private final int largest;
    private final WindowBudget session;
    private final WindowBudget shared;
    private final RoundTrip roundTrip;
    private final Pings pings;

    WindowTuner(SessionConfig config, RoundTrip roundTrip, Pings pings) {
        this.largest = config.maxStreamWindow();
        this.session = new WindowBudget(config.maxSessionWindow());
        this.shared = config.windowBudget();
        this.roundTrip = roundTrip;
        this.pings = pings;
    }

    boolean mayGrow(int window) {
        return window < largest;
    }

    /// Half of the window has been consumed.
    ///
    /// @param took nanoseconds since the last time
    /// @return what to add to the window, 0 for nothing
    int growth(int window, long took, long now) {
        if (!mayGrow(window)) {
            return 0;
        }
        if (roundTrip.isStale(now)) {
            pings.measure();
        }
        if (took >= ROUND_TRIPS * roundTrip.nanos()) { // also while it is unknown
            return 0;
        }
        return reserve(Math.min(window, largest - window));
    }

    private int reserve(int wanted) {
        long mine = session.reserve(wanted);
        long got = shared.reserve(mine);
        session.release(mine - got);
        return (int) got;
    }

    /// A window has shrunk, or is gone.
    void release(int bytes) {
        session.release(bytes);
        shared.release(bytes);
    }

    /// {@return what the session's windows have grown by now}
    long grown() {
        return session.used();
    }
}
