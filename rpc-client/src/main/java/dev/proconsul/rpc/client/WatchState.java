package dev.proconsul.rpc.client;

import java.time.Duration;
import java.util.Optional;

/// How a watch itself is.
///
/// ```
///   Starting ──answer──▶ Live ◀──answer── Failing ◀─┐ no answer
///      │                  └────no answer────▶ └─────┘
///      └──no answer──▶ Failing          any ──closed, or refused for good──▶ Ended
/// ```
public sealed interface WatchState {
    /// The first question has no answer yet.
    record Starting() implements WatchState {}

    /// The last question was answered, and the next one is being asked: the latest value is the present one.
    record Live() implements WatchState {}

    /// Questions have no answer; the watch goes on trying, and the latest value may be out of date.
    ///
    /// @param failures how many questions in a row, 1 or more
    /// @param reason   why the last of them; mostly a [CallException]
    /// @param pause    from then to the next attempt
    record Failing(int failures, Exception reason, Duration pause) implements WatchState {}

    /// Nothing more comes.
    ///
    /// @param cause why; empty when the watch or the client was closed
    record Ended(Optional<Throwable> cause) implements WatchState {}
}
