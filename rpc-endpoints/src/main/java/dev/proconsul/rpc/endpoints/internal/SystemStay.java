package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A stay in real time. `lock` covers the fields below it only.
public final class SystemStay implements Stay {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition leaving = lock.newCondition();

    // Guarded by lock.
    private final Set<Thread> waiting = new HashSet<>();
    private volatile boolean over; // read by every call, without the lock

    /// Begins.
    public SystemStay() {}

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public boolean over() {
        return over;
    }

    @Override
    public boolean pause(Duration time) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = time.toNanos();
            while (!over && left > 0) {
                left = leaving.awaitNanos(left);
            }
            return !over;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public <R> R whileHere(LongWait<R> wait) throws RpcException, InterruptedException {
        enter();
        try {
            return wait.run();
        } catch (InterruptedException e) {
            if (over()) {
                throw new RpcException(Forwarding.NO_LEADER, e);
            }
            throw e;
        } finally {
            leave();
        }
    }

    private void enter() throws RpcException {
        lock.lock();
        try {
            if (over) {
                throw new RpcException(Forwarding.NO_LEADER);
            }
            waiting.add(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            waiting.remove(Thread.currentThread());
            if (over) {
                Thread.interrupted(); // ours: it must not hit what the thread does next
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            over = true;
            leaving.signalAll();
            waiting.forEach(Thread::interrupt);
        } finally {
            lock.unlock();
        }
    }
}
