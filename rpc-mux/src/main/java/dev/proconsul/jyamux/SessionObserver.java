package dev.proconsul.jyamux;

import java.time.Duration;

/// Watches a session, to feed somebody's metrics. Every method does nothing by default.
///
/// Threads: called by the session's own threads with no lock held, unless stated otherwise. A method must be quick,
/// must not wait, because the thread may have other sessions to read for, and must not throw: what it throws ends the
/// session as an internal error.
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
    /// @param flags its flags: SYN 1, ACK 2, FIN 4, RST 8
    /// @param stream its stream, an unsigned number
    /// @param length its length field: payload, credit, opaque number or code
    default void frameReceived(FrameType type, int flags, int stream, long length) {}

    /// {@return whether [#frameSent] is to be called, which costs a look at everything that is written; asked once}
    default boolean tracesFrames() {
        return false;
    }

    /// A frame is about to be written. Called only if [#tracesFrames()].
    ///
    /// @param type its type
    /// @param flags its flags: SYN 1, ACK 2, FIN 4, RST 8
    /// @param stream its stream, an unsigned number
    /// @param length its length field: payload, credit, opaque number or code
    default void frameSent(FrameType type, int flags, int stream, long length) {}

    /// One read from the connection is about to be worked off.
    ///
    /// @param bytes its size, headers included
    default void bytesReceived(int bytes) {}

    /// One round of frames has been written to the connection. Called by whoever wrote it, which may be an
    /// application's thread in a write to a stream: other writes to that stream may wait meanwhile.
    ///
    /// @param frames how many
    /// @param bytes their size, headers included
    default void written(int frames, int bytes) {}

    /// A stream of the peer was reset because there were too many, or because this side had gone away.
    ///
    /// @param stream its number
    default void streamRefused(int stream) {}

    /// A stream was reset because the application had lost it without closing it. Called only if
    /// [SessionConfig#resetForgotten()], by a virtual thread of its own; what it throws goes to the handler of uncaught
    /// exceptions, and the session goes on.
    ///
    /// @param stream its number
    default void streamForgotten(int stream) {}

    /// A write has waited for the peer's credit, or for room in the output buffer. Called by the thread that writes:
    /// other writes to that stream wait meanwhile. What it throws comes out of the write, and the session goes on; if a
    /// part of the write had been sent, the stream is reset.
    ///
    /// @param stream the stream's number
    /// @param time how long
    default void stalled(int stream, Duration time) {}

    /// The receive window of a stream has grown or shrunk. Called by the thread that reads, stops reading or closes, with
    /// the stream's lock held: it must not call the stream. That a stream has ended, and its window with it, is not told.
    ///
    /// @param stream the stream's number
    /// @param bytes its new size
    default void windowChanged(int stream, int bytes) {}

    /// A ping was answered.
    ///
    /// @param time between question and answer
    default void roundTrip(Duration time) {}

    /// The session has ended. Called once.
    ///
    /// @param reason why
    default void ended(MuxException.SessionClosed reason) {}
}
