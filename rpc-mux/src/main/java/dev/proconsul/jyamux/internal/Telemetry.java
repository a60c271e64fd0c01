package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.SessionObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/// Tells those who watch a session, its observer and the flight recorder, of what does not happen with every frame.
final class Telemetry {
    private static final Logger LOG = System.getLogger(Telemetry.class.getName());

    private final String session;
    private final SessionObserver observer;
    private final Counters counters;
    private final long start = System.nanoTime();

    Telemetry(String session, SessionObserver observer, Counters counters) {
        this.session = session;
        this.observer = observer;
        this.counters = counters;
    }

    /// A write begins to wait.
    ///
    /// @return to be given to [#stallEnds]
    Object stallBegins() {
        return Flight.RECORDER.stallBegins();
    }

    void stallEnds(Object begun, int stream, long since) {
        counters.stalls.increment();
        Flight.RECORDER.stallEnds(begun, session, stream);
        observer.stalled(stream, Duration.ofNanos(System.nanoTime() - since));
    }

    void windowChanged(int stream, int bytes) {
        Flight.RECORDER.windowChanged(session, stream, bytes);
        observer.windowChanged(stream, bytes);
    }

    void streamRefused(int stream) {
        counters.streamsRefused.increment();
        Flight.RECORDER.streamRefused(session, stream);
        observer.streamRefused(stream);
    }

    /// Told on a thread of its own: loggers and observers may wait, the cleaner must not. Who forgets one stream may
    /// forget all of them: the log hears of the first, and each time they have doubled; the observer of every one.
    ///
    /// Threads: the cleaner's, one at a time.
    void streamForgotten(int stream) {
        counters.streamsForgotten.increment();
        long sum = counters.streamsForgotten.sum();
        Thread.ofVirtual().name("jyamux-forgotten").start(() -> {
            if (Long.bitCount(sum) == 1) {
                LOG.log(Level.WARNING, () -> session + ": stream " + Integer.toUnsignedString(stream)
                        + " was forgotten, and reset (" + sum + " so far): close every stream that you open or accept");
            }
            observer.streamForgotten(stream);
        });
    }

    void roundTrip(Duration time) {
        Flight.RECORDER.roundTrip(session, time);
        observer.roundTrip(time);
    }

    void ended(SessionClosed reason) {
        Flight.RECORDER.sessionEnded(session, String.valueOf(reason.getMessage()),
                Duration.ofNanos(System.nanoTime() - start), counters);
        observer.ended(reason);
    }
}
