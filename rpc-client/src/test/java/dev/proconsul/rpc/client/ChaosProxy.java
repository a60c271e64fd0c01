package dev.proconsul.rpc.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// A relay in front of a server that does to each connection one of the things that networks do, at a random place.
final class ChaosProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final SplittableRandom seeds;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private enum Fault {
        /// Bytes go through.
        NONE,
        /// They take a while, in both directions.
        DELAY,
        /// They stop for a while.
        STALL,
        /// Both connections are closed in order.
        CUT,
        /// Both are reset.
        RESET,
        /// One direction ends, the other goes on.
        HALF_CLOSE,
        /// The server is told at once, the client later, after what was under way to it.
        CLOSE_BEHIND,
        /// The client is told at once, the server later.
        CLOSE_AHEAD,
        /// The connection ends before it has begun.
        REFUSE
    }

    ChaosProxy(int target, long seed) throws IOException {
        this.target = target;
        this.seeds = new SplittableRandom(seed);
        listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("chaos").start(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                var random = seeds.split();
                open.add(client);
                Thread.ofVirtual().name("chaos").start(() -> relay(client, random));
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    private void relay(Socket client, SplittableRandom random) {
        var fault = Fault.values()[random.nextInt(Fault.values().length)];
        if (fault == Fault.REFUSE && random.nextBoolean()) {
            end(client, random.nextBoolean());
            return;
        }
        try {
            var server = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            boolean upstream = random.nextBoolean();
            long after = random.nextLong(100, 60_000);
            var other = random.split();
            Thread.ofVirtual().name("chaos").start(() ->
                    copy(server, client, upstream ? Fault.NONE : fault, after, other, fault));
            copy(client, server, upstream ? fault : Fault.NONE, after, random, fault);
        } catch (IOException e) {
            end(client, false);
        }
    }

    /// Copies one direction; at a place of it, its fault happens.
    private void copy(Socket from, Socket to, Fault fault, long after, SplittableRandom random, Fault kind) {
        var buffer = new byte[1024];
        long count = 0;
        try {
            while (true) {
                int got = from.getInputStream().read(buffer);
                if (got < 0) {
                    to.shutdownOutput();
                    return;
                }
                count += got;
                if (kind == Fault.DELAY) {
                    pause(random.nextLong(2_000_000));
                }
                if (count >= after) {
                    after = Long.MAX_VALUE;
                    int part = random.nextInt(got + 1);
                    to.getOutputStream().write(buffer, 0, part);
                    if (happens(fault, from, to, random)) {
                        return;
                    }
                    to.getOutputStream().write(buffer, part, got - part);
                } else {
                    to.getOutputStream().write(buffer, 0, got);
                }
            }
        } catch (IOException e) {
            end(from, false);
            end(to, false);
        }
    }

    /// @return true if nothing more goes through in this direction
    private boolean happens(Fault fault, Socket from, Socket to, SplittableRandom random) throws IOException {
        switch (fault) {
            case NONE, DELAY, REFUSE -> {
                return false;
            }
            case STALL -> {
                pause(random.nextLong(Duration.ofMillis(300).toNanos()));
                return false;
            }
            case CUT, RESET -> {
                end(from, fault == Fault.RESET);
                end(to, fault == Fault.RESET);
            }
            case HALF_CLOSE -> to.shutdownOutput();
            case CLOSE_BEHIND -> {
                end(to, false);
                pause(random.nextLong(50_000_000));
                end(from, random.nextBoolean());
            }
            case CLOSE_AHEAD -> {
                end(from, random.nextBoolean());
                pause(random.nextLong(50_000_000));
                end(to, false);
            }
        }
        return true;
    }

    private static void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private void end(Socket socket, boolean reset) {
        open.remove(socket);
        try {
            if (reset) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException e) {
            // it has ended already
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(socket -> end(socket, false));
    }
}
