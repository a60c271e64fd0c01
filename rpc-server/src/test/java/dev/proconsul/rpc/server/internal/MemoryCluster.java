package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.Membership;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.StateMachine;
import dev.proconsul.rpc.api.StateSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Several servers of one process that agree on one log in memory: what Raft will be to them, without a network.
///
/// The log is shared, and an entry that stands in it is agreed on; each server applies it by itself, on a thread of its
/// own. Who leads is decided here: the first server at the start, and whoever lives when the leader resigns or dies, after
/// [#electionTime], during which there is no leader. Less than a majority has none at all.
///
/// `lock` covers the fields below it; nothing is applied under it.
final class MemoryCluster implements Membership {
    private static final long FIRST_INDEX = 2;

    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();
    private final String datacenter;
    private final int size;

    // Guarded by lock.
    private final List<byte[]> log = new ArrayList<>();
    private final Map<String, MemoryMember> members = new LinkedHashMap<>();
    private final Map<String, ServerInfo> known = new LinkedHashMap<>();
    private Optional<MemoryMember> leader = Optional.empty();
    private long term;
    private long elections;
    private boolean fromSnapshot;
    volatile Duration electionTime = Duration.ofMillis(100);
    /// How much later than the leader the others apply.
    volatile Duration delay = Duration.ZERO;

    MemoryCluster(String datacenter, int size) {
        this.datacenter = datacenter;
        this.size = size;
    }

    /// Starts a server's part, which has its state rebuilt from the log or from another server's snapshot, in turn.
    MemoryMember start(ServerInfo self, StateMachine state) throws RpcException {
        lock.lock();
        try {
            var member = new MemoryMember(this, self, state);
            if (fromSnapshot) {
                for (var other : members.values()) {
                    member.rebuildFrom(other);
                    break;
                }
            }
            fromSnapshot = !fromSnapshot;
            members.put(self.node(), member);
            known.put(self.node(), self);
            member.begin();
            electSoon();
            changed.signalAll();
            return member;
        } finally {
            lock.unlock();
        }
    }

    void ended(MemoryMember member) {
        lock.lock();
        try {
            members.remove(member.self().node(), member);
            if (leads(member) || !hasQuorum()) {
                leader = Optional.empty();
                electSoon();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Ends a member without a word to its server.
    void crash(String node) {
        MemoryMember member;
        lock.lock();
        try {
            member = members.get(node);
        } finally {
            lock.unlock();
        }
        member.close();
    }

    /// Lets a member give the leadership to another, if there is one.
    boolean stepDown(MemoryMember member) {
        lock.lock();
        try {
            if (!leads(member) || members.size() < 2 || !hasQuorum()) {
                return false;
            }
            leader = Optional.empty();
            member.avoid = true;
            electSoon();
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the leadership away from everybody, until somebody is elected by the test.
    void depose() {
        lock.lock();
        try {
            elections++; // those under way are void
            leader = Optional.empty();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void elect(String node) {
        lock.lock();
        try {
            elections++;
            lead(members.get(node));
        } finally {
            lock.unlock();
        }
    }

    private void electSoon() {
        if (leader.isPresent() || !hasQuorum()) {
            return;
        }
        long election = ++elections;
        long nanos = term == 0 ? 0 : electionTime.toNanos();
        Thread.ofVirtual().name("election").start(() -> electAfter(nanos, election));
    }

    private void electAfter(long nanos, long election) {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && election == elections) {
                left = changed.awaitNanos(left);
            }
            if (election == elections && leader.isEmpty() && hasQuorum()) {
                var candidates = members.values().stream().filter(member -> !member.avoid).toList();
                lead(candidates.isEmpty() ? members.values().iterator().next() : candidates.getFirst());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void lead(MemoryMember member) {
        term++;
        leader = Optional.of(member);
        members.values().forEach(other -> other.sawLeader = true);
        changed.signalAll();
    }

    private boolean hasQuorum() {
        return members.size() > size / 2;
    }

    boolean leads(MemoryMember member) {
        lock.lock();
        try {
            return leader.filter(l -> l == member).isPresent();
        } finally {
            lock.unlock();
        }
    }

    Optional<ServerInfo> leader() {
        lock.lock();
        try {
            return leader.map(MemoryMember::self);
        } finally {
            lock.unlock();
        }
    }

    long term() {
        lock.lock();
        try {
            return term;
        } finally {
            lock.unlock();
        }
    }

    /// Appends an entry of a member that still leads.
    /// @return its index
    long append(MemoryMember member, byte[] entry) throws RpcException {
        lock.lock();
        try {
            if (!leads(member)) {
                throw new RpcException("node is not the leader");
            }
            log.add(entry);
            changed.signalAll();
            return lastIndex();
        } finally {
            lock.unlock();
        }
    }

    long lastIndex() {
        lock.lock();
        try {
            return FIRST_INDEX + log.size();
        } finally {
            lock.unlock();
        }
    }

    static long firstIndex() {
        return FIRST_INDEX;
    }

    /// Waits for the entry behind an index.
    /// @return the entry; empty when the member has ended
    Optional<byte[]> entryAfter(long index, MemoryMember member) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!member.hasEnded() && lastIndex() <= index) {
                changed.await();
            }
            return member.hasEnded() ? Optional.empty() : Optional.of(log.get((int) (index - FIRST_INDEX)));
        } finally {
            lock.unlock();
        }
    }

    static byte[] written(StateSnapshot snapshot) throws IOException {
        var out = new ByteArrayOutputStream();
        snapshot.writeTo(out);
        return out.toByteArray();
    }

    @Override
    public List<ServerInfo> servers(String wanted) {
        lock.lock();
        try {
            return wanted.equals(datacenter) ? List.copyOf(known.values()) : List.of();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public SortedSet<String> datacenters() {
        return new TreeSet<>(List.of(datacenter));
    }

    void forget(String node) {
        lock.lock();
        try {
            known.remove(node);
        } finally {
            lock.unlock();
        }
    }
}
