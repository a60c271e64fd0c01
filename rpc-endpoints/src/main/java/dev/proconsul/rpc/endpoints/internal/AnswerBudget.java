package dev.proconsul.rpc.endpoints.internal;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/// How many bytes of encoded answers may wait for clients to take them in, over all connections. Any thread.
///
/// A client that asks for much and reads nothing holds each answer in memory. When all of them together hold too much,
/// the next answer is dropped and its conversation ends, instead of every conversation by a full heap.
public final class AnswerBudget {
    private static final int SHARE_OF_HEAP = 4;

    private final long limit;
    private final AtomicLong held = new AtomicLong();

    /// Makes a budget.
    /// @param limit bytes
    public AnswerBudget(long limit) {
        this.limit = limit;
    }

    /// {@return a budget of a quarter of the heap: buffers are up to twice as big as what is in them}
    public static AnswerBudget ofHeap() {
        return new AnswerBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /// Takes a part, to be given back by [#giveBack] when the answer has left.
    /// @param bytes size of an answer
    /// @throws IOException when that is more than there is
    public void take(long bytes) throws IOException {
        long now = held.addAndGet(bytes);
        if (now > limit) {
            giveBack(bytes);
            throw new IOException("answer of " + bytes + " bytes dropped: clients that do not read leave " + (now - bytes)
                    + " bytes waiting, and the limit is " + limit);
        }
    }

    /// Gives back what was taken.
    /// @param bytes the same number
    public void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }
}
