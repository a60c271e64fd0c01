package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamReset;

/// How far a stream has come towards its end.
///
/// ```
///            Finish(x)               Finish(other)
///   Open ───────────────► HalfClosed(x) ───────────► Closed.Orderly
///     │                       │
///     ├── Reset ──────────────┴─► Closed.ByReset
///     └── SessionEnd ─────────┴─► Closed.BySession
/// ```
///
/// Acknowledging is apart from this, see [Handshake]: a stream may finish before it is acknowledged.
///
/// Source: yamux specification; hashicorp/yamux `stream.go`. Deviation: a second FIN of the peer changes nothing, where
/// hashicorp's implementation ends the session.
sealed interface StreamState {
    /// How every stream begins.
    StreamState OPEN = new Open();

    /// Both sides may write.
    record Open() implements StreamState {}

    /// One side has finished writing.
    record HalfClosed(Side finished) implements StreamState {}

    /// Nothing more will be sent by either side.
    sealed interface Closed extends StreamState {
        /// Both sides have finished.
        record Orderly() implements Closed {}

        /// One side broke off.
        record ByReset(StreamReset reason) implements Closed {}

        /// The session ended first; the input is complete all the same if the peer had finished.
        record BySession(SessionClosed reason, boolean inputComplete) implements Closed {}
    }

    /// What can happen to a stream.
    sealed interface Event {
        /// A side finishes writing.
        record Finish(Side by) implements Event {}

        /// A side breaks off.
        record Reset(StreamReset reason) implements Event {}

        /// The session ends.
        record SessionEnd(SessionClosed reason) implements Event {}
    }

    /// {@return the state after the event; the same object if it changes nothing}
    default StreamState after(Event event) {
        return switch (this) {
            case Open() -> switch (event) {
                case Event.Finish(Side by) -> new HalfClosed(by);
                case Event.Reset(StreamReset reason) -> new Closed.ByReset(reason);
                case Event.SessionEnd(SessionClosed reason) -> new Closed.BySession(reason, false);
            };
            case HalfClosed(Side finished) -> switch (event) {
                case Event.Finish(Side by) -> by == finished ? this : new Closed.Orderly();
                case Event.Reset(StreamReset reason) -> new Closed.ByReset(reason);
                case Event.SessionEnd(SessionClosed reason) ->
                    new Closed.BySession(reason, finished == Side.REMOTE);
            };
            case Closed closed -> closed; // late frames cross an ending on the wire; they change nothing
        };
    }

    /// {@return whether no more bytes will come, all of them having arrived}
    ///
    /// @throws MuxException when some are lost
    default boolean inputOver() throws MuxException {
        return switch (this) {
            case Open() -> false;
            case HalfClosed(Side finished) -> finished == Side.REMOTE;
            case Closed.Orderly() -> true;
            case Closed.ByReset(StreamReset reason) -> throw Reasons.again(reason);
            case Closed.BySession(SessionClosed reason, boolean complete) -> {
                if (!complete) {
                    throw Reasons.again(reason);
                }
                yield true;
            }
        };
    }

    /// {@return whether that side may still write}
    default boolean open(Side side) {
        return switch (this) {
            case Open() -> true;
            case HalfClosed(Side finished) -> finished != side;
            case Closed _ -> false;
        };
    }
}
