package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionBehavior;
import dev.proconsul.rpc.structs.SessionRequest;
import java.time.Duration;

/// Beginning and end of sessions, as the replicated state machine runs them.
///
/// The end of a session frees every key that it holds, by its behaviour: `release` clears the holder and keeps the
/// lock index, `delete` removes the key and leaves a tombstone. Either way the key cannot be locked again for the
/// session's lock delay, at most [#MAX_LOCK_DELAY].
///
/// What the caller checks before it sends a `create`: that the node is registered, and that the checks that the
/// session names are there and not critical. It also chooses the id.
///
/// Source: Consul `agent/consul/state/session.go`.
final class SessionWrites {
    /// However long a lock delay was asked for, it is no longer than this.
    static final Duration MAX_LOCK_DELAY = Duration.ofSeconds(60);

    private SessionWrites() {}

    /// The id as a String after a `create`, nothing after a `destroy`, also of an unknown session.
    static Object apply(Transaction transaction, SessionRequest request) {
        return switch (request.op().name()) {
            case "create" -> create(transaction, request.session());
            case "destroy" -> {
                var stored = transaction.session(request.session().id());
                if (stored != null) {
                    end(transaction, stored);
                }
                yield Nothing.NOTHING;
            }
            default -> new RpcException("Invalid Session operation '" + request.op().name() + "'");
        };
    }

    private static Object create(Transaction transaction, Session sent) {
        if (sent.id().isEmpty()) {
            return new RpcException("Missing session ID");
        }
        var behavior = sent.behavior().name().isEmpty() ? SessionBehavior.RELEASE : sent.behavior();
        if (!behavior.equals(SessionBehavior.RELEASE) && !behavior.equals(SessionBehavior.DELETE)) {
            return new RpcException("Invalid session behavior: " + behavior.name());
        }
        transaction.put(sent.withBehavior(behavior));
        return sent.id();
    }

    /// Ends a session, whatever the reason. The keys are found through the index by session, and that index is not
    /// changed under the walk: the walk goes on in the tree that it began with.
    static void end(Transaction transaction, Session stored) {
        transaction.remove(stored);
        var delay = shorter(stored.lockDelay(), MAX_LOCK_DELAY);
        for (var key : transaction.heldBy(stored)) {
            var entry = transaction.entry(key);
            if (entry == null) {
                throw new IllegalStateException("session " + stored.id() + " holds a key that is not stored: " + key);
            }
            if (stored.behavior().equals(SessionBehavior.DELETE)) {
                transaction.remove(entry);
            } else {
                transaction.put(entry.withSession(""));
            }
            if (delay.isPositive()) {
                transaction.delayLock(key, delay);
            }
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
