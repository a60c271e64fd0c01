package dev.proconsul.rpc.server.internal.grpc;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.transport.tls.ConnectionSocket;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;

/// A connection in gRPC's hands, as a socket. Its thread waits here until gRPC has closed it.
///
/// gRPC closes sockets on threads that must not wait, so closing ends the connection at once; the peer has been told
/// before, when gRPC closed the output.
final class HandedOver extends ConnectionSocket {
    private final CountDownLatch ended = new CountDownLatch(1);

    private HandedOver(Connection connection, byte[] opening, Progress progress, Http2Guard guard,
            InetSocketAddress local) throws SocketException {
        super(connection, new SequenceInputStream(new ByteArrayInputStream(opening), guard), progress, local);
    }

    /// @param connection whose opening has been read
    /// @param opening    what was read, for gRPC to read again
    /// @param local      address of this side
    /// @param limits     what the peer may send
    /// @param nanoTime   the clock
    static HandedOver of(Connection connection, byte[] opening, InetSocketAddress local, GrpcLimits limits,
            LongSupplier nanoTime) throws SocketException {
        var progress = new Progress(connection.output(), nanoTime);
        var guard = new Http2Guard(connection.input(), limits, nanoTime, progress::stalledNanos);
        return new HandedOver(connection, opening, progress, guard, local);
    }

    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    @Override
    protected void closeConnection() {
        connection().abort();
        ended.countDown();
    }

    /// Knows since when a write has been stuck because the peer takes nothing in. One thread writes, another asks.
    private static final class Progress extends OutputStream {
        private static final long IDLE = 0;

        private final OutputStream out;
        private final LongSupplier nanoTime;
        private volatile long begun = IDLE;

        Progress(OutputStream out, LongSupplier nanoTime) {
            this.out = out;
            this.nanoTime = nanoTime;
        }

        long stalledNanos() {
            long since = begun;
            return since == IDLE ? 0 : nanoTime.getAsLong() - since;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            long now = nanoTime.getAsLong();
            begun = now == IDLE ? 1 : now;
            try {
                out.write(bytes, offset, length);
            } finally {
                begun = IDLE;
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}
