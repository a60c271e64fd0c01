package dev.proconsul.rpc.transport.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/// A door for a library that wants to accept sockets by itself: it gets a server socket without a port, which accepts
/// what is [offered][#offer].
///
/// ```
///   routed connection ── offer(socket) ──► [ queue ] ──► accept() of the library
/// ```
///
/// Threads: any thread offers and closes; the library accepts on a thread of its own.
public final class HandOver implements AutoCloseable {
    private final InetSocketAddress address;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Socket> waiting = new ArrayDeque<>(); // guarded by lock
    private boolean closed; // guarded by lock

    /// Makes a door.
    ///
    /// @param address  what the server socket gives as its address
    /// @param capacity how many sockets may wait for the library, 1 or more
    public HandOver(InetSocketAddress address, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity is " + capacity + ", but must be 1 or more");
        }
        this.address = address;
        this.capacity = capacity;
    }

    /// {@return makes the server socket of this door, whatever port it is asked for}
    public ServerSocketFactory sockets() {
        return new Factory();
    }

    /// Gives a socket to the library, which from now on owns it.
    ///
    /// @param socket   connected
    /// @param patience how long to wait while the queue is full
    /// @return whether the library will get it; if not, it is still the caller's
    /// @throws InterruptedException when the caller was interrupted; the socket is still the caller's
    public boolean offer(Socket socket, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (!closed && waiting.size() >= capacity && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (closed || waiting.size() >= capacity) {
                return false;
            }
            waiting.add(socket);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Ends a waiting `accept`, and closes the sockets that nobody has accepted. Closing twice is harmless.
    @Override
    public void close() {
        Queue<Socket> left;
        lock.lock();
        try {
            closed = true;
            left = new ArrayDeque<>(waiting);
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        left.forEach(HandOver::closeQuietly);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Nobody has spoken on it yet.
        }
    }

    private Socket take() throws SocketException {
        lock.lock();
        try {
            while (true) {
                var socket = waiting.poll();
                if (socket != null) {
                    changed.signalAll();
                    return socket;
                }
                if (closed) {
                    throw new SocketException("Socket closed");
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /// What the library is given.
    private final class Factory extends ServerSocketFactory {
        @Override
        public ServerSocket createServerSocket() throws IOException {
            return new Door();
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return new Door();
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) throws IOException {
            return new Door();
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress address)
                throws IOException {
            return new Door();
        }
    }

    /// A server socket that is bound to nothing.
    private final class Door extends ServerSocket {
        Door() throws IOException {
            super();
        }

        @Override
        public void bind(@Nullable SocketAddress endpoint) {}

        @Override
        public void bind(@Nullable SocketAddress endpoint, int backlog) {}

        @Override
        public Socket accept() throws IOException {
            return take();
        }

        @Override
        public SocketAddress getLocalSocketAddress() {
            return address;
        }

        @Override
        public InetAddress getInetAddress() {
            return address.getAddress();
        }

        @Override
        public int getLocalPort() {
            return address.getPort();
        }

        @Override
        public boolean isBound() {
            return true;
        }

        @Override
        public boolean isClosed() {
            return closed();
        }

        @Override
        public void close() {
            HandOver.this.close();
        }

        @Override
        public String toString() {
            return "hand-over at " + address;
        }
    }
}
