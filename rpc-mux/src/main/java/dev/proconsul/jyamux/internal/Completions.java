package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamReset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The ends of a stream's directions for those who want to be told. Made on demand: most streams have none.
///
/// What depends on a completion is application code, so it runs on a thread of its own and never on the session's.
final class Completions {
    private @Nullable CompletableFuture<Void> input;
    private @Nullable CompletableFuture<Void> output;
    private volatile boolean wanted;

    /// @param state gives the stream's present state
    synchronized CompletionStage<Void> input(Supplier<StreamState> state) {
        CompletableFuture<Void> future = input;
        if (future == null) {
            future = new CompletableFuture<>();
            input = future;
            watch(state);
        }
        return future.minimalCompletionStage();
    }

    /// @param state gives the stream's present state
    synchronized CompletionStage<Void> output(Supplier<StreamState> state) {
        CompletableFuture<Void> future = output;
        if (future == null) {
            future = new CompletableFuture<>();
            output = future;
            watch(state);
        }
        return future.minimalCompletionStage();
    }

    private void watch(Supplier<StreamState> state) {
        wanted = true;
        update(state); // a change that came before is not told again
    }

    /// The stream's state has changed.
    void update(Supplier<StreamState> state) {
        if (wanted) {
            settle(state.get());
        }
    }

    private synchronized void settle(StreamState now) {
        settle(input, Side.REMOTE, now);
        settle(output, Side.LOCAL, now);
    }

    private static void settle(@Nullable CompletableFuture<Void> future, Side writer, StreamState now) {
        if (future == null || future.isDone() || now.open(writer)) {
            return;
        }
        MuxException failure = failure(writer, now);
        Thread.ofVirtual().name("jyamux-completion").start(() -> {
            if (failure == null) {
                future.complete(null);
            } else {
                future.completeExceptionally(failure);
            }
        });
    }

    private static @Nullable MuxException failure(Side writer, StreamState now) {
        return switch (now) {
            case StreamState.Open(), StreamState.HalfClosed(_), StreamState.Closed.Orderly() -> null;
            case StreamState.Closed.ByReset(StreamReset reason) -> reason;
            case StreamState.Closed.BySession(SessionClosed reason, boolean inputComplete) ->
                writer == Side.REMOTE && inputComplete ? null : reason;
        };
    }
}
