package dev.proconsul.rpc.client.internal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Conversations with one server that wait for their next call, the one used last on top. Any thread.
final class ConversationPool implements AutoCloseable {
    private final Dialed dialed;
    private final Reach reach;
    private final Object lock = new Object();

    // Guarded by lock.
    private final Deque<Conversation> idle = new ArrayDeque<>();
    private final Set<Conversation> all = new HashSet<>(); // idle ones and those in use
    private boolean closed;

    /// Makes an empty pool.
    /// @param dialed where fresh conversations come from; closed with this pool
    /// @param reach  whose configuration says how many idle conversations are kept
    ConversationPool(Dialed dialed, Reach reach) {
        this.dialed = dialed;
        this.reach = reach;
    }

    /// Makes sure that the server can be reached.
    void warmUp(Deadline until) throws IOException, InterruptedException {
        var conversation = dialed.warmUp(until);
        if (conversation.isPresent()) {
            synchronized (lock) {
                all.add(conversation.get());
            }
            giveBack(conversation.get());
        }
    }

    /// {@return an idle conversation, or a fresh one}
    Conversation take(Deadline until) throws IOException, InterruptedException {
        while (true) {
            var conversation = poll();
            if (conversation == null) {
                return takeFresh(until);
            }
            if (conversation.quiet() && conversation.carrier().begin()) {
                return conversation;
            }
            forget(conversation);
            finish(conversation);
        }
    }

    private @Nullable Conversation poll() {
        synchronized (lock) {
            return idle.poll();
        }
    }

    /// {@return a conversation in which nothing was said yet}
    Conversation takeFresh(Deadline until) throws IOException, InterruptedException {
        var conversation = dialed.open(until);
        synchronized (lock) {
            if (!closed) {
                all.add(conversation);
                return conversation;
            }
        }
        conversation.abort();
        conversation.carrier().end();
        throw reach.closed();
    }

    /// Gives back a conversation whose last answer was a reply, or in which nothing was said yet.
    void giveBack(Conversation conversation) {
        boolean kept;
        synchronized (lock) {
            kept = !closed && idle.size() < reach.config().idleStreams() && conversation.quiet();
            if (kept) {
                idle.push(conversation);
            } else {
                all.remove(conversation);
            }
        }
        if (!kept) {
            finish(conversation);
        }
        conversation.carrier().end();
    }

    /// Takes a conversation out of use whose last answer was an error: the server may have ended it.
    void retire(Conversation conversation) {
        forget(conversation);
        finish(conversation);
        conversation.carrier().end();
    }

    /// Takes a conversation out of use that is broken or whose answer nobody waits for.
    void discard(Conversation conversation) {
        forget(conversation);
        conversation.abort();
        conversation.carrier().end();
    }

    private void forget(Conversation conversation) {
        synchronized (lock) {
            all.remove(conversation);
        }
    }

    private static void finish(Conversation conversation) {
        try {
            conversation.close();
        } catch (IOException e) {
            conversation.abort();
        }
    }

    /// Once a second: lets go of what has ended, and ends calls that should long be over.
    void tick() {
        dialed.tick();
        List<Conversation> ended = new ArrayList<>();
        List<Conversation> open;
        synchronized (lock) {
            idle.removeIf(conversation -> !conversation.reusable() && ended.add(conversation));
            ended.forEach(all::remove);
            open = List.copyOf(all);
        }
        ended.forEach(ConversationPool::finish);
        open.forEach(Conversation::tick);
        open.stream().filter(Conversation::overdue).forEach(Conversation::abort);
    }

    /// {@return how many conversations are idle}
    int idle() {
        synchronized (lock) {
            return idle.size();
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
            unused.forEach(all::remove);
            calling = List.copyOf(all);
            idle.clear();
            all.clear();
        }
        dialed.close(); // first, so that streams end with what carries them and say no farewell of their own
        calling.forEach(Conversation::abort);
        unused.forEach(ConversationPool::finish);
    }
}
