package dev.proconsul.rpc.api;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// The consensus of a server that is alone and keeps its state in memory: always the leader, agreed with itself.
///
/// Commands are applied on the caller's thread, one after another. Nothing survives the process.
public final class SingleServer implements Consensus {
    /// A real log begins with the configuration and the first leader's empty entry; so does this one, so that the
    /// first command has an index that no blocking query takes for "nothing yet".
    private static final long FIRST_INDEX = 2;
    private static final long ONLY_TERM = 1;
    private static final long CONFIGURATION_INDEX = 1;

    private final ServerInfo self;
    private final StateMachine state;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean closed;
    private volatile long lastIndex = FIRST_INDEX; // written under lock

    /// Starts.
    /// @param self  this server
    /// @param state what commands are applied to
    public SingleServer(ServerInfo self, StateMachine state) {
        this.self = self;
        this.state = state;
    }

    @Override
    public Object apply(Command command) throws RpcException, InterruptedException {
        lock.lockInterruptibly();
        try {
            if (closed) {
                throw new RpcException("No cluster leader");
            }
            return state.apply(++lastIndex, command);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void verifyLeader() throws RpcException {
        if (closed) {
            throw new RpcException("No cluster leader");
        }
    }

    @Override
    public boolean isLeader() {
        return !closed;
    }

    @Override
    public void observe(Leadership observer) {
        observer.gained(); // and never loses it
    }

    @Override
    public void resign() {
        // There is nobody to hand it to.
    }

    @Override
    public Optional<ServerInfo> leader() {
        return closed ? Optional.empty() : Optional.of(self);
    }

    @Override
    public List<ServerInfo> peers() {
        return List.of(self);
    }

    @Override
    public ConsensusStatistics statistics() {
        return new ConsensusStatistics(Optional.of(Duration.ZERO), ONLY_TERM, lastIndex);
    }

    @Override
    public LogSnapshot snapshot() throws RpcException, InterruptedException {
        lock.lockInterruptibly();
        try {
            verifyLeader();
            return new LogSnapshot(lastIndex, ONLY_TERM, CONFIGURATION_INDEX, peers(), state.snapshot());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void restore(long index, InputStream snapshot) throws RpcException, InterruptedException {
        lock.lockInterruptibly();
        try {
            verifyLeader();
            state.restore(snapshot);
            lastIndex = Math.max(lastIndex, index) + 1;
        } catch (IOException e) {
            throw new RpcException("Raft error when restoring snapshot: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
