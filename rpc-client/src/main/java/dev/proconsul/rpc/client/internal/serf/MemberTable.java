package dev.proconsul.rpc.client.internal.serf;

import dev.proconsul.rpc.api.Member;
import dev.proconsul.rpc.api.ServerInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The members of a pool as they were heard of last, and the servers among them.
///
/// Threads: one changes it, any read; what is read is immutable.
public final class MemberTable {
    /// Members beyond these are not taken in.
    static final int MAX_MEMBERS = 100_000;
    private static final System.Logger LOG = System.getLogger("agent.serf");

    private final ServerRule rule;
    private final TreeMap<String, Member> members = new TreeMap<>(); // the changing thread's own
    private volatile Optional<List<Member>> published = Optional.empty();
    private volatile Map<String, List<ServerInfo>> servers = Map.of();

    MemberTable(ServerRule rule) {
        this.rule = rule;
    }

    /// {@return all members, by name; empty before the first list}
    public Optional<List<Member>> members() {
        return published;
    }

    /// {@return the servers of a datacenter}
    /// @param datacenter its name
    public List<ServerInfo> servers(String datacenter) {
        return servers.getOrDefault(datacenter, List.of());
    }

    /// {@return the datacenters that have servers}
    public SortedSet<String> datacenters() {
        return new TreeSet<>(servers.keySet());
    }

    /// Two views of a member, one after the other.
    ///
    /// @param before null when it was not known
    /// @param now    null when it has been forgotten
    record Change(@Nullable Member before, @Nullable Member now) {}

    /// Takes in a complete list.
    /// @return what has changed
    List<Change> replace(Collection<Member> now) {
        var changes = new ArrayList<Change>();
        var gone = new HashMap<>(members);
        for (var member : now) {
            gone.remove(member.name());
            put(member, changes);
        }
        gone.values().forEach(member -> forget(member, changes));
        publish();
        return changes;
    }

    /// Takes in an event. It is compared with what is known, so that an event that a list has overtaken, or that comes
    /// twice, changes nothing.
    /// @return what has changed
    List<Change> apply(SerfReplies.MembersEvent event) {
        var changes = new ArrayList<Change>();
        for (var member : event.members()) {
            if (event.name().equals("member-reap")) {
                forget(member, changes);
            } else {
                put(member, changes);
            }
        }
        publish();
        return changes;
    }

    private void put(Member member, List<Change> changes) {
        var before = members.get(member.name());
        if (before == null && members.size() >= MAX_MEMBERS) {
            LOG.log(System.Logger.Level.WARNING, () -> "more than " + MAX_MEMBERS + " members; not taken in: "
                    + member.name());
            return;
        }
        members.put(member.name(), member);
        if (!member.equals(before)) {
            changes.add(new Change(before, member));
        }
    }

    private void forget(Member member, List<Change> changes) {
        var before = members.remove(member.name());
        if (before != null) {
            changes.add(new Change(before, null));
        }
    }

    private void publish() {
        var byDatacenter = new HashMap<String, List<ServerInfo>>();
        for (var member : members.values()) {
            rule.listed(member).ifPresent(server ->
                    byDatacenter.computeIfAbsent(server.datacenter(), _ -> new ArrayList<>()).add(server));
        }
        byDatacenter.replaceAll((_, list) -> List.copyOf(list));
        servers = Map.copyOf(byDatacenter);
        published = Optional.of(List.copyOf(members.values()));
    }
}
