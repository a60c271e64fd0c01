package dev.proconsul.rpc.client;

/// Hears of what a watch sees. Its methods are never called at once, nor after [WatchState.Ended] was told; mostly on
/// the watch's own virtual thread, where they may wait: a listener that is slow misses values in between, and never the
/// latest. What they throw is logged, and the watch goes on.
///
/// @param <T> what is watched
@FunctionalInterface
public interface WatchListener<T> {
    /// There is another value: the present one first, and then each that differs from the last.
    ///
    /// @param update value, index, and where they come from
    void changed(Watch.Update<T> update);

    /// The watch itself is doing otherwise.
    ///
    /// @param state how it is now
    default void stateChanged(WatchState state) {}
}
