package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.CallException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Conversations that wait for their next call, the one used last on top. Any thread.
public final class ConversationPool implements AutoCloseable {
    private final Dialed dialed;
    private final int maxIdle;
    private final Object lock = new Object();

    // Guarded by lock.
    private final Deque<Conversation> idle = new ArrayDeque<>();
    private final Set<Conversation> inUse = new HashSet<>();
    private boolean closed;

    /// Makes an empty pool.
    /// @param dialed  where fresh connections come from; closed with this pool
    /// @param maxIdle how many idle conversations are kept
    public ConversationPool(Dialed dialed, int maxIdle) {
        this.dialed = dialed;
        this.maxIdle = maxIdle;
    }

    /// Makes sure that the server can be reached.
    /// @throws CallException        when it cannot
    /// @throws InterruptedException when the caller was interrupted
    public void warmUp() throws CallException, InterruptedException {
        try {
            dialed.warmUp();
        } catch (IOException e) {
            throw notSent(e);
        }
    }

    /// {@return an idle conversation, or a fresh one}
    Conversation take() throws CallException, InterruptedException {
        synchronized (lock) {
            var conversation = idle.poll();
            if (conversation != null) {
                inUse.add(conversation);
                return conversation;
            }
        }
        return takeFresh();
    }

    /// {@return a conversation that nothing was said on yet}
    Conversation takeFresh() throws CallException, InterruptedException {
        try {
            var conversation = new Conversation(dialed.open());
            synchronized (lock) {
                if (!closed) {
                    inUse.add(conversation);
                    return conversation;
                }
            }
            conversation.abort();
            throw new IOException("the client is closed");
        } catch (IOException e) {
            throw notSent(e);
        }
    }

    private static CallException notSent(IOException e) {
        return new CallException.NotSent(String.valueOf(e.getMessage()), e);
    }

    /// Gives back a conversation whose last answer was a reply.
    void giveBack(Conversation conversation) {
        synchronized (lock) {
            inUse.remove(conversation);
            if (!closed && idle.size() < maxIdle) {
                idle.push(conversation);
                return;
            }
        }
        finish(conversation);
    }

    /// Takes a conversation out of use whose last answer was an error: the server may have ended it.
    void retire(Conversation conversation) {
        synchronized (lock) {
            inUse.remove(conversation);
        }
        finish(conversation);
    }

    /// Takes a conversation out of use that is broken or whose answer nobody waits for.
    void discard(Conversation conversation) {
        synchronized (lock) {
            inUse.remove(conversation);
        }
        conversation.abort();
    }

    private static void finish(Conversation conversation) {
        try {
            conversation.close();
        } catch (IOException e) {
            conversation.abort();
        }
    }

    @Override
    public void close() {
        List<Conversation> all;
        synchronized (lock) {
            closed = true;
            all = new ArrayList<>(idle);
            all.addAll(inUse);
            idle.clear();
        }
        all.forEach(Conversation::abort);
        dialed.close();
    }
}
