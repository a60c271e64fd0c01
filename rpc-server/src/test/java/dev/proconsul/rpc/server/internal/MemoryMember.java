package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.Command;
import dev.proconsul.rpc.api.Consensus;
import dev.proconsul.rpc.api.ConsensusStatistics;
import dev.proconsul.rpc.api.Leadership;
import dev.proconsul.rpc.api.LogSnapshot;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.StateMachine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// One server's part in a [MemoryCluster].
final class MemoryMember implements Consensus {
    private static final byte COMMAND = 0;
    private static final byte RESTORE = 1;

    private final MemoryCluster cluster;
    private final ServerInfo self;
    private final StateMachine state;
    private final ReentrantLock applying = new ReentrantLock(); // held while the state machine works
    private final Map<Long, CompletableFuture<Object>> waiting = new HashMap<>(); // guarded by the cluster's lock
    private Optional<Leadership> observer = Optional.empty(); // guarded by the cluster's lock
    private volatile long applied = MemoryCluster.firstIndex();
    private volatile boolean ended;
    volatile boolean sawLeader;
    volatile boolean avoid;

    MemoryMember(MemoryCluster cluster, ServerInfo self, StateMachine state) {
        this.cluster = cluster;
        this.self = self;
        this.state = state;
    }

    ServerInfo self() {
        return self;
    }

    boolean hasEnded() {
        return ended;
    }

    long applied() {
        return applied;
    }

    void rebuildFrom(MemoryMember other) throws RpcException {
        other.applying.lock();
        try {
            state.restore(new ByteArrayInputStream(MemoryCluster.written(other.state.snapshot())));
            applied = other.applied;
        } catch (IOException e) {
            throw new RpcException("cannot rebuild the state of " + self.node() + ": " + e.getMessage(), e);
        } finally {
            other.applying.unlock();
        }
    }

    void begin() {
        Thread.ofVirtual().name("apply " + self.node()).start(this::applyAll);
        Thread.ofVirtual().name("leadership " + self.node()).start(this::followLeadership);
    }

    private void applyAll() {
        try {
            while (true) {
                var entry = cluster.entryAfter(applied, this);
                if (entry.isEmpty()) {
                    return;
                }
                if (!isLeader() && cluster.delay.isPositive()) {
                    LockSupport.parkNanos(cluster.delay.toNanos());
                }
                applyNext(entry.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void applyNext(byte[] entry) {
        applying.lock();
        Object result;
        long index = applied + 1;
        try {
            result = applied(index, entry);
            applied = index;
        } finally {
            applying.unlock();
        }
        cluster.lock.lock();
        try {
            var proposer = waiting.remove(index);
            if (proposer != null) {
                proposer.complete(result);
            }
            cluster.changed.signalAll();
        } finally {
            cluster.lock.unlock();
        }
    }

    private Object applied(long index, byte[] entry) {
        var content = Arrays.copyOfRange(entry, 1, entry.length);
        try {
            if (entry[0] == RESTORE) {
                state.restore(new ByteArrayInputStream(content));
                return true;
            }
            return state.apply(index, state.decode(content));
        } catch (IOException e) {
            return new RpcException("Raft error when restoring snapshot: " + e.getMessage(), e);
        } catch (RpcException e) {
            throw new AssertionError("an entry that was proposed cannot be read", e);
        }
    }

    /// Tells the observer, once everything that was agreed on before is applied.
    private void followLeadership() {
        boolean told = false;
        try {
            while (true) {
                boolean leads;
                Optional<Leadership> whom;
                cluster.lock.lockInterruptibly();
                try {
                    while (!ended && (observer.isEmpty() || told == ready(told))) {
                        cluster.changed.await();
                    }
                    leads = !ended && cluster.leads(this);
                    whom = observer;
                } finally {
                    cluster.lock.unlock();
                }
                if (leads != told && whom.isPresent()) {
                    told = leads;
                    if (leads) {
                        whom.get().gained();
                    } else {
                        whom.get().lost();
                    }
                }
                if (ended) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What is to be told now.
    private boolean ready(boolean told) {
        return cluster.leads(this) && (told || applied >= cluster.lastIndex());
    }

    @Override
    public Object apply(Command command) throws RpcException, InterruptedException {
        return propose(COMMAND, command.encode());
    }

    private Object propose(byte kind, byte[] content) throws RpcException, InterruptedException {
        var entry = new byte[content.length + 1];
        entry[0] = kind;
        System.arraycopy(content, 0, entry, 1, content.length);
        var result = new CompletableFuture<Object>();
        cluster.lock.lockInterruptibly();
        try {
            waiting.put(cluster.append(this, entry), result);
        } finally {
            cluster.lock.unlock();
        }
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new RpcException("leadership lost while committing log", e);
        }
    }

    @Override
    public void verifyLeader() throws RpcException {
        if (!isLeader()) {
            throw new RpcException("node is not the leader");
        }
    }

    @Override
    public boolean isLeader() {
        return !ended && cluster.leads(this);
    }

    @Override
    public void observe(Leadership newObserver) {
        cluster.lock.lock();
        try {
            observer = Optional.of(newObserver);
            cluster.changed.signalAll();
        } finally {
            cluster.lock.unlock();
        }
    }

    @Override
    public void resign() throws InterruptedException {
        if (cluster.stepDown(this)) {
            cluster.lock.lockInterruptibly();
            try {
                while (cluster.leader().isEmpty()) {
                    cluster.changed.await();
                }
            } finally {
                cluster.lock.unlock();
            }
        }
    }

    @Override
    public Optional<ServerInfo> leader() {
        return ended ? Optional.empty() : cluster.leader();
    }

    @Override
    public List<ServerInfo> peers() {
        return cluster.servers(self.datacenter());
    }

    @Override
    public ConsensusStatistics statistics() {
        var contact = isLeader() ? Optional.of(Duration.ZERO)
                : sawLeader ? Optional.of(Duration.ofMillis(1)) : Optional.<Duration>empty();
        return new ConsensusStatistics(contact, cluster.term(), applied);
    }

    @Override
    public LogSnapshot snapshot() {
        applying.lock();
        try {
            return new LogSnapshot(applied, cluster.term(), 1, peers(), state.snapshot());
        } finally {
            applying.unlock();
        }
    }

    @Override
    public void restore(long index, InputStream snapshot) throws RpcException, InterruptedException {
        try {
            if (propose(RESTORE, snapshot.readAllBytes()) instanceof RpcException refused) {
                throw refused;
            }
        } catch (IOException e) {
            throw new RpcException("Raft error when restoring snapshot: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        cluster.lock.lock();
        try {
            ended = true;
            cluster.ended(this);
            waiting.values().forEach(result ->
                    result.completeExceptionally(new IllegalStateException("the server has ended")));
            waiting.clear();
        } finally {
            cluster.lock.unlock();
        }
    }
}
