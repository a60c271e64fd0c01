package dev.proconsul.jyamux;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/// What [LockOrderTest] must find something in, and what it must find nothing in.
final class LockSamples {
    private LockSamples() {}

    /// Two classes that each lock, then call the other.
    static final class Inverted {
        private Inverted() {}

        static final class Left {
            private final ReentrantLock lock = new ReentrantLock();

            void both(Right right) {
                lock.lock();
                try {
                    right.touch();
                } finally {
                    lock.unlock();
                }
            }

            void touch() {
                lock.lock();
                lock.unlock();
            }
        }

        static final class Right {
            private final Object guard = new Object();

            void both(Left left) {
                synchronized (guard) {
                    left.touch();
                }
            }

            void touch() {
                synchronized (guard) {
                    notice();
                }
            }

            private void notice() {}
        }
    }

    /// The same, but one of them lets go first.
    static final class Ordered {
        private Ordered() {}

        static final class Left {
            private final ReentrantLock lock = new ReentrantLock();

            void both(Right right) {
                lock.lock();
                try {
                    right.touch();
                } finally {
                    lock.unlock();
                }
            }

            void touch() {
                if (lock.tryLock()) {
                    lock.unlock();
                }
            }
        }

        static final class Right {
            private int count;

            void both(Left left) {
                touch();
                left.touch();
            }

            synchronized void touch() {
                count++;
            }
        }
    }

    /// The way back leads through a lambda that is kept in a field.
    static final class Told {
        private final ReentrantLock lock = new ReentrantLock();
        private final Teller teller = new Teller(() -> told());

        void tell() {
            lock.lock();
            try {
                teller.tell();
            } finally {
                lock.unlock();
            }
        }

        private void told() {
            lock.lock();
            lock.unlock();
        }

        static final class Teller {
            private final Runnable listener;

            Teller(Runnable listener) {
                this.listener = listener;
            }

            synchronized void tell() {
                listener.run();
            }
        }
    }

    /// One object locks itself, then another of its class.
    static final class Account {
        private int sum;

        synchronized void give(Account other) {
            sum--;
            other.take();
        }

        private synchronized void take() {
            sum++;
        }

        synchronized int twice(IntSupplier more) {
            take();
            return sum + more.getAsInt();
        }
    }

    /// Waiting takes the outer lock again while the inner one is held.
    static final class Waiting {
        private final ReentrantLock outer = new ReentrantLock();
        private final Condition changed = outer.newCondition();
        private final ReentrantLock inner = new ReentrantLock();

        void awaitWithBoth() throws InterruptedException {
            outer.lock();
            try {
                inner.lock();
                try {
                    changed.await();
                } finally {
                    inner.unlock();
                }
            } finally {
                outer.unlock();
            }
        }
    }

    /// Waits as it should; also by giving up its lock for a while, in a method that gets to know it as an argument.
    static final class Patient {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();

        void awaitTwice() throws InterruptedException {
            lock.lockInterruptibly();
            try {
                changed.await();
                aside(lock);
            } finally {
                lock.unlock();
            }
        }

        private static void aside(ReentrantLock given) {
            given.unlock();
            try {
                Thread.onSpinWait();
            } finally {
                given.lock();
            }
        }
    }

    /// Uses a connection, and forgets to unlock.
    static final class Careless {
        private final ReentrantLock lock = new ReentrantLock();
        private final OutputStream out;

        Careless(OutputStream out) {
            this.out = out;
        }

        synchronized void write() throws IOException {
            out.write(0);
        }

        void forget() {
            lock.lock();
        }
    }
}
