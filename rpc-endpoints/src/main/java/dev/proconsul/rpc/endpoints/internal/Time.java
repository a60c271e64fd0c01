package dev.proconsul.rpc.endpoints.internal;

import java.time.Duration;
import java.time.InstantSource;

/// The clock of a server, and what it has to do later.
///
/// Threads: any.
public interface Time extends InstantSource, AutoCloseable {
    /// Something that is to be done later.
    @FunctionalInterface
    interface Timer {
        /// Lets it be. Harmless when it was done already.
        void cancel();
    }

    /// Does something later, once, on a thread of its own.
    /// @param delay how much later
    /// @param task  what to do
    /// @return lets it be cancelled
    Timer after(Duration delay, Runnable task);

    /// Lets everything be that was not yet done.
    @Override
    void close();
}
