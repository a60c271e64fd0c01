package dev.proconsul.rpc.client.internal;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import dev.proconsul.rpc.client.CallException.Reason;

/// One attempt to reach the server, shared by all callers that wait for it.
///
/// It runs on a thread of its own, so a caller that is interrupted or whose time is over takes nothing away from the
/// others; all of them get the same link, or the same failure. Nor does a caller wait where the attempt cannot be cut
/// short, as while a name is looked up. Any thread.
///
/// Source: Consul `agent/pool/pool.go`, where the first caller dials and the others wait for it.
///
/// @param <L> link: what is reached
final class Dialing<L> {
    private final CompletableFuture<L> result = new CompletableFuture<>();
    private final AtomicBoolean givenUp = new AtomicBoolean();
    private final Thread thread;

    /// Dials.
    @FunctionalInterface
    interface Attempt<L> {
        L dial() throws IOException;
    }

    /// Takes the outcome into account, before any caller sees it.
    interface Owner<L> {
        /// @throws IOException when the link comes too late; the owner has closed it
        void reached(L link) throws IOException;

        void failed();
    }

    Dialing(Attempt<L> attempt, Owner<L> owner) {
        thread = Thread.ofVirtual().name("dial").unstarted(() -> run(attempt, owner));
    }

    void start() {
        thread.start();
    }

    private void run(Attempt<L> attempt, Owner<L> owner) {
        try {
            var link = attempt.dial();
            owner.reached(link);
            result.complete(link);
        } catch (IOException | RuntimeException | Error e) {
            owner.failed();
            result.completeExceptionally(e);
        }
    }

    /// Waits for the outcome.
    /// @param until how long this caller waits; the attempt goes on
    L await(Deadline until, String server) throws IOException, InterruptedException {
        try {
            return result.get(Math.max(0, until.left().toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new CallFault(Reason.TIMED_OUT, "no connection to " + server + " within " + Failures.text(until.whole()),
                    e);
        } catch (ExecutionException e) {
            var cause = e.getCause();
            if (cause instanceof CallFault fault) {
                throw new CallFault(fault.reason(), String.valueOf(fault.getMessage()), fault);
            } else if (cause instanceof IOException) {
                // each waiter has a stack of its own
                throw new CallFault(Reason.NO_CONNECTION, String.valueOf(cause.getMessage()), cause);
            }
            throw new IllegalStateException("dialing failed", cause);
        }
    }

    /// Tells the waiting callers a reason, and ends the attempt.
    void giveUp(IOException reason) {
        if (givenUp.compareAndSet(false, true)) {
            result.completeExceptionally(reason);
            thread.interrupt();
        }
    }
}
