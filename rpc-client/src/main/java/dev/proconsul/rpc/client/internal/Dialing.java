package dev.proconsul.rpc.client.internal;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/// One attempt to reach the server, shared by all callers that wait for it.
///
/// It runs on a thread of its own, so a caller that is interrupted takes nothing away from the others; all of them get
/// the same link, or the same failure. Any thread.
///
/// Source: Consul `agent/pool/pool.go`, where the first caller dials and the others wait for it.
final class Dialing {
    private final CompletableFuture<Link> result = new CompletableFuture<>();
    private final AtomicBoolean givenUp = new AtomicBoolean();
    private final Thread thread;

    /// Dials.
    @FunctionalInterface
    interface Attempt {
        Link dial() throws IOException;
    }

    /// Takes the outcome into account, before any caller sees it.
    interface Owner {
        /// @throws IOException when the link comes too late; the owner has closed it
        void reached(Link link) throws IOException;

        void failed();
    }

    Dialing(Attempt attempt, Owner owner) {
        thread = Thread.ofVirtual().name("dial").unstarted(() -> run(attempt, owner));
    }

    void start() {
        thread.start();
    }

    private void run(Attempt attempt, Owner owner) {
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
    Link await() throws IOException, InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            var cause = e.getCause();
            if (cause instanceof IOException) {
                throw new IOException(cause.getMessage(), cause); // each waiter has a stack of its own
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
