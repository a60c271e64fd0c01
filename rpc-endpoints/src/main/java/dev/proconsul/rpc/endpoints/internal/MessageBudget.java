package dev.proconsul.rpc.endpoints.internal;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/// How many bytes of messages may be in memory, over all connections: of requests that are not yet answered, and of
/// answers that clients do not take in. Any thread.
///
/// A client that sends much and never finishes, or asks for much and reads nothing, holds each message in memory. When
/// all of them together hold too much, the next conversation ends, instead of every conversation by a full heap.
public final class MessageBudget {
    private static final int SHARE_OF_HEAP = 4;

    private final long limit;
    private final AtomicLong held = new AtomicLong();

    /// Makes a budget.
    /// @param limit bytes
    public MessageBudget(long limit) {
        this.limit = limit;
    }

    /// {@return a budget of a quarter of the heap: buffers are up to twice as big as what is in them}
    public static MessageBudget ofHeap() {
        return new MessageBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /// Takes a part, to be given back by [#giveBack] when they are no longer held.
    /// @param bytes of a message
    /// @throws IOException when that is more than there is
    public void take(long bytes) throws IOException {
        long now = held.addAndGet(bytes);
        if (now > limit) {
            giveBack(bytes);
            throw new IOException("no room for " + bytes + " bytes of a message: all messages together hold "
                    + (now - bytes) + " bytes, and the limit is " + limit);
        }
    }

    /// Gives back what was taken.
    /// @param bytes the same number
    public void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }
}
