package dev.proconsul.rpc.client.internal.serf;

import static java.lang.System.Logger.Level.ERROR;

import dev.proconsul.rpc.api.Member;
import dev.proconsul.rpc.api.Member.Status;
import dev.proconsul.rpc.api.MemberEvent;
import dev.proconsul.rpc.api.Membership.Subscription;
import dev.proconsul.rpc.api.ServerEvent;
import dev.proconsul.rpc.client.internal.serf.MemberTable.Change;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who wants to know of changes, and what a change is called.
///
/// Threads: any may listen; one tells.
public final class Listeners {
    private static final System.Logger LOG = System.getLogger("agent.serf");

    private final ServerRule rule;
    private final List<Consumer<? super MemberEvent>> ofMembers = new CopyOnWriteArrayList<>();
    private final List<Consumer<? super ServerEvent>> ofServers = new CopyOnWriteArrayList<>();

    Listeners(ServerRule rule) {
        this.rule = rule;
    }

    /// Adds one.
    /// @param listener what to tell of members
    /// @return removes it
    public Subscription addMemberListener(Consumer<? super MemberEvent> listener) {
        ofMembers.add(listener);
        return () -> ofMembers.remove(listener);
    }

    /// Adds one.
    /// @param listener what to tell of servers
    /// @return removes it
    public Subscription addServerListener(Consumer<? super ServerEvent> listener) {
        ofServers.add(listener);
        return () -> ofServers.remove(listener);
    }

    /// Tells of changes, in order.
    void tell(List<Change> changes) {
        for (var change : changes) {
            rule.events(change.before(), change.now()).forEach(event -> tell(ofServers, event));
            tell(ofMembers, event(change.before(), change.now()));
        }
    }

    private static <E> void tell(List<Consumer<? super E>> listeners, E event) {
        for (var listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.log(ERROR, () -> "a listener failed at " + event, e);
            }
        }
    }

    /// What lies between two different views of a member; at least one is there.
    static MemberEvent event(@Nullable Member before, @Nullable Member now) {
        if (now == null) {
            return new MemberEvent.Reaped(Objects.requireNonNull(before));
        } else if (before != null && phase(before) == phase(now)) {
            return new MemberEvent.Updated(now);
        }
        return switch (phase(now)) {
            case FAILED -> new MemberEvent.Failed(now);
            case LEFT -> new MemberEvent.Left(now);
            case NONE, ALIVE, LEAVING -> new MemberEvent.Joined(now);
        };
    }

    /// Who is about to leave is there as before.
    private static Status phase(Member member) {
        return switch (member.status()) {
            case FAILED -> Status.FAILED;
            case LEFT -> Status.LEFT;
            case NONE, ALIVE, LEAVING -> Status.ALIVE;
        };
    }
}
