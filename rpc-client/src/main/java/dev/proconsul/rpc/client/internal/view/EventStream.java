package dev.proconsul.rpc.client.internal.view;

/// A subscription at a server. For one thread.
public interface EventStream extends AutoCloseable {
    /// Waits for the next step.
    /// @return the step
    /// @throws StreamEnd            when there is none any more
    /// @throws InterruptedException when the thread was interrupted
    ViewEvent next() throws StreamEnd, InterruptedException;

    /// Unsubscribes, which frees what the server holds. Does not wait; closing twice is harmless.
    @Override
    void close();

    /// Opens subscriptions to one thing.
    interface Opener {
        /// Subscribes.
        /// @param index up to which everything is known; 0 for nothing
        /// @return the stream, to be closed by the caller
        /// @throws StreamEnd            when there is none
        /// @throws InterruptedException when the thread was interrupted
        EventStream open(long index) throws StreamEnd, InterruptedException;
    }
}
