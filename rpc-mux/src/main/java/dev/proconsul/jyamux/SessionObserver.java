package dev.proconsul.jyamux;

import java.time.Duration;

/// Watches a session, to feed somebody's metrics. Every method does nothing by default.
///
/// Threads: called by the session's own threads, with no lock held. A method must be quick, must not wait and must not
/// throw: what it throws ends the session as an internal error.
public interface SessionObserver {
    /// Watches nothing.
    SessionObserver NONE = new SessionObserver() {
        @Override
        public String toString() {
            return "none";
        }
    };

    /// The header of a frame has come.
    ///
    /// @param type its type
    /// @param length its length field: payload, credit, opaque number or code
    default void frameReceived(FrameType type, long length) {}

    /// One read from the connection has been worked off.
    ///
    /// @param bytes its size, headers included
    default void bytesReceived(int bytes) {}

    /// One round of frames has been written to the connection.
    ///
    /// @param frames how many
    /// @param bytes their size, headers included
    default void written(int frames, int bytes) {}

    /// A stream of the peer was reset because there were too many, or because this side had gone away.
    ///
    /// @param stream its number
    default void streamRefused(int stream) {}

    /// A ping was answered.
    ///
    /// @param time between question and answer
    default void roundTrip(Duration time) {}

    /// The session has ended. Called once.
    ///
    /// @param reason why
    default void ended(MuxException.SessionClosed reason) {}
}
