package dev.proconsul.rpc.client.internal.view;

/// Subscribes to events at servers. Any thread.
public interface StreamDoor extends AutoCloseable {
    /// Subscribes to the instances of a service.
    /// @param wish  what to follow
    /// @param index up to which everything is known; 0 for nothing
    /// @return the stream, to be closed by the caller
    /// @throws StreamEnd            when there is none
    /// @throws InterruptedException when the thread was interrupted
    EventStream health(HealthWish wish, long index) throws StreamEnd, InterruptedException;

    /// Ends all streams. Does not wait; closing twice is harmless.
    @Override
    void close();
}
