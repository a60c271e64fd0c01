package dev.proconsul.jyamux.internal;

import java.time.Duration;

/// What goes into the JDK's flight recorder, where the JVM has one: the module that holds it is optional, and so is
/// [Events], the only class that needs it.
interface Flight {
    /// Records, or does nothing in a runtime image without the recorder.
    Flight RECORDER = ModuleLayer.boot().findModule("jdk.jfr").isPresent() ? new Events() : new Flight() {};

    /// A session has ended.
    ///
    /// @param lasted since its start
    default void sessionEnded(String session, String reason, Duration lasted, Counters counters) {}

    /// A write begins to wait for credit or for room.
    ///
    /// @return to be given to [#stallEnds]
    default Object stallBegins() {
        return this;
    }

    /// The wait is over.
    default void stallEnds(Object begun, String session, int stream) {}

    /// A receive window has grown or shrunk.
    default void windowChanged(String session, int stream, int bytes) {}

    /// A stream of the peer was refused.
    default void streamRefused(String session, int stream) {}

    /// A round trip was measured.
    default void roundTrip(String session, Duration time) {}
}
