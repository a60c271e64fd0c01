package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;

/// Calls on threads of their own.
public final class Batch {
    private static final int AT_A_TIME = 64;

    private Batch() {}

    /// A call.
    /// @param <R> reply
    @FunctionalInterface
    public interface Call<R> {
        /// {@return the reply}
        /// @throws CallException        when there is none
        /// @throws InterruptedException when the caller was interrupted
        R make() throws CallException, InterruptedException;
    }

    /// A call that asks something.
    /// @param <Q> request
    /// @param <R> reply
    @FunctionalInterface
    public interface Asking<Q, R> {
        /// {@return the reply}
        /// @param request what to ask
        /// @throws CallException        when there is none
        /// @throws InterruptedException when the caller was interrupted
        R ask(Q request) throws CallException, InterruptedException;
    }

    /// Starts a call.
    /// @param call which
    /// @param <R>  reply
    /// @return the reply to come; cancelling it interrupts the call
    public static <R> CompletableFuture<R> start(Call<R> call) {
        var future = new CompletableFuture<R>();
        var thread = Thread.ofVirtual().name("call").unstarted(() -> {
            try {
                future.complete(call.make());
            } catch (CallException | InterruptedException | RuntimeException | Error e) {
                future.completeExceptionally(e);
            }
        });
        future.whenComplete((_, _) -> {
            if (future.isCancelled()) {
                thread.interrupt();
            }
        });
        thread.start();
        return future;
    }

    /// Makes many calls, and waits for all.
    /// @param requests what to ask
    /// @param asking   asks
    /// @param <Q>      request
    /// @param <R>      reply
    /// @return what became of each
    /// @throws InterruptedException when the caller was interrupted
    public static <Q, R> List<Outcome<R>> run(List<Q> requests, Asking<Q, R> asking) throws InterruptedException {
        var places = new Semaphore(AT_A_TIME);
        var calls = new ArrayList<CompletableFuture<Outcome<R>>>();
        try {
            for (var request : requests) {
                places.acquire();
                calls.add(start(() -> {
                    try {
                        return outcome(request, asking);
                    } finally {
                        places.release();
                    }
                }));
            }
            var outcomes = new ArrayList<Outcome<R>>();
            for (var call : calls) {
                outcomes.add(call.get());
            }
            return outcomes;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a call of the batch failed in an unforeseen way", e.getCause());
        } finally {
            calls.forEach(call -> call.cancel(true));
        }
    }

    private static <Q, R> Outcome<R> outcome(Q request, Asking<Q, R> asking) throws InterruptedException {
        try {
            return new Outcome.Reply<>(asking.ask(request));
        } catch (CallException e) {
            return new Outcome.Failure<>(e);
        }
    }
}
