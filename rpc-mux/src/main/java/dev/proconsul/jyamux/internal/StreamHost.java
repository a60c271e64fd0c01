package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.SessionConfig;

/// What a stream needs of its session. [#permitReturned], [#gone] and [#released] are called with no lock of the
/// stream, so the session may call other streams from there.
interface StreamHost {
    SessionConfig config();

    Ticker ticker();

    /// {@return where buffers for received payload come from}
    BufferPool pool();

    Outbox outbox();

    /// Data was put into the outbox. Called with no lock.
    void queued();

    WindowTuner tuner();

    Counters counters();

    Telemetry telemetry();

    /// An open of this side no longer waits for its acknowledgement.
    void permitReturned();

    /// The stream has ended; its number is free.
    ///
    /// @param outstanding bytes that the peer may still send for it
    void gone(YamuxStream stream, int outstanding);

    /// The stream has ended and the application has let go of it: it counts no more.
    void released(YamuxStream stream);
}
