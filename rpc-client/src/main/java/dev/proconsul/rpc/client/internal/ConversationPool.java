package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Conversations that wait for their next call, the one used last on top. Any thread.
public final class ConversationPool implements AutoCloseable {
    private final Dialed dialed;
    private final ClientConfig config;
    private final Object lock = new Object();

    // Guarded by lock.
    private final Deque<Conversation> idle = new ArrayDeque<>();
    private final Set<Conversation> inUse = new HashSet<>();
    private boolean closed;

    /// Makes an empty pool.
    /// @param dialed where fresh conversations come from; closed with this pool
    /// @param config whose `idleStreams` says how many idle conversations are kept
    public ConversationPool(Dialed dialed, ClientConfig config) {
        this.dialed = dialed;
        this.config = config;
    }

    /// Makes sure that the server can be reached.
    /// @throws CallException        when it cannot
    /// @throws InterruptedException when the caller was interrupted
    public void warmUp() throws CallException, InterruptedException {
        try {
            dialed.warmUp().ifPresent(this::giveBack);
        } catch (IOException e) {
            throw notSent(e);
        }
    }

    /// {@return an idle conversation, or a fresh one}
    Conversation take() throws CallException, InterruptedException {
        while (true) {
            var conversation = poll();
            if (conversation == null) {
                return takeFresh();
            }
            if (conversation.reusable()) {
                return conversation;
            }
            discard(conversation);
        }
    }

    private @Nullable Conversation poll() {
        synchronized (lock) {
            var conversation = idle.poll();
            if (conversation != null) {
                inUse.add(conversation);
            }
            return conversation;
        }
    }

    /// {@return a conversation in which nothing was said yet}
    Conversation takeFresh() throws CallException, InterruptedException {
        try {
            var conversation = dialed.open();
            synchronized (lock) {
                if (!closed) {
                    inUse.add(conversation);
                    return conversation;
                }
            }
            conversation.abort();
            throw Dialed.closed(config);
        } catch (IOException e) {
            throw notSent(e);
        }
    }

    private static CallException notSent(IOException e) {
        return new CallException.NotSent(String.valueOf(e.getMessage()), e);
    }

    /// Gives back a conversation whose last answer was a reply, or in which nothing was said yet.
    void giveBack(Conversation conversation) {
        synchronized (lock) {
            inUse.remove(conversation);
            if (!closed && idle.size() < config.idleStreams() && conversation.reusable()) {
                idle.push(conversation);
                return;
            }
        }
        finish(conversation);
    }

    /// Takes a conversation out of use whose last answer was an error: the server may have ended it.
    void retire(Conversation conversation) {
        forget(conversation);
        finish(conversation);
    }

    /// Takes a conversation out of use that is broken or whose answer nobody waits for.
    void discard(Conversation conversation) {
        forget(conversation);
        conversation.abort();
    }

    private void forget(Conversation conversation) {
        synchronized (lock) {
            inUse.remove(conversation);
        }
    }

    private static void finish(Conversation conversation) {
        try {
            conversation.close();
        } catch (IOException e) {
            conversation.abort();
        }
    }

    boolean closed() {
        synchronized (lock) {
            return closed;
        }
    }

    @Override
    public void close() {
        List<Conversation> unused;
        List<Conversation> calling;
        synchronized (lock) {
            closed = true;
            unused = List.copyOf(idle);
            calling = List.copyOf(inUse);
            idle.clear();
        }
        calling.forEach(Conversation::abort);
        unused.forEach(ConversationPool::finish);
        dialed.close();
    }
}
