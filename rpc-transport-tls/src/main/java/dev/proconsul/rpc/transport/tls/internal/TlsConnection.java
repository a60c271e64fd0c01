package dev.proconsul.rpc.transport.tls.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.TlsIdentity;
import dev.proconsul.rpc.transport.tls.TlsObserver;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// A TLS session over another connection, which it owns.
///
/// The handshake is part of the first read, peek or write, as in Go, and within the deadline that the connection was
/// made with. A [#readTimeout] here is the time for one read as a whole, handshake included: a peer that sends byte by
/// byte gains nothing.
public final class TlsConnection implements Connection {
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final Connection carrier;
    private final RecordReader records;
    private final Supplier<SSLEngine> engines;
    private final Role role;
    private final PeekableInput input = new PeekableInput(new Plain());
    private final OutputStream output = new Sealed();
    private final ReentrantLock handshaking = new ReentrantLock();
    private volatile Duration timeout = Duration.ZERO;
    private volatile @Nullable Secured secured;
    private @Nullable IOException failure; // guarded by handshaking

    /// On which side this connection is.
    private sealed interface Role {
        /// The side that was dialed.
        /// @param deadline until when the handshake must be over
        /// @param gate     limits those under way
        /// @param observer told of the outcome
        record Server(Deadline deadline, HandshakeGate gate, TlsObserver observer) implements Role {}

        /// The side that dialed.
        /// @param deadline until when the handshake must be over
        record Client(Deadline deadline) implements Role {}
    }

    /// What a handshake leads to.
    private record Secured(TlsEngine engine, TlsIdentity identity) {}

    private TlsConnection(Connection carrier, Supplier<SSLEngine> engines, Role role) {
        this.carrier = carrier;
        this.records = new RecordReader(carrier);
        this.engines = engines;
        this.role = role;
    }

    /// The side that was dialed.
    /// @param carrier  what TLS runs over; nothing of TLS has been read from it
    /// @param material what to show and whom to trust
    /// @param entry    how the connection came
    /// @param limit    how long the handshake may take; zero for ever
    /// @param gate     limits handshakes under way
    /// @param observer told of the outcome
    /// @return the connection, to be closed instead of its carrier
    public static TlsConnection accepted(Connection carrier, Supplier<Material> material, Material.Entry entry,
            Duration limit, HandshakeGate gate, TlsObserver observer) {
        // In native TLS the time runs since the connection came in: its first byte is part of the handshake.
        long start = entry == Material.Entry.NATIVE && carrier instanceof SocketConnection socket
                ? socket.openedNanos() : System.nanoTime();
        return new TlsConnection(carrier, () -> material.get().serverEngine(entry),
                new Role.Server(Deadline.from(start, limit), gate, observer));
    }

    /// The side that dialed.
    /// @param carrier  what TLS runs over
    /// @param material what to show and whom to trust
    /// @param name     whom to find; empty for anyone whom the authorities vouch for
    /// @param alpn     what will be spoken; empty where a type byte says it
    /// @param limit    how long the handshake may take, more than zero
    /// @return the connection, to be closed instead of its carrier
    public static TlsConnection dialed(Connection carrier, Material material, Optional<String> name,
            Optional<String> alpn, Duration limit) {
        return new TlsConnection(carrier, () -> material.clientEngine(name, alpn),
                new Role.Client(Deadline.after(limit)));
    }

    /// Shakes hands, unless that is done.
    /// @throws IOException when it fails; also at every later attempt
    public void handshake() throws IOException {
        secured(Deadline.NEVER);
    }

    private TlsEngine secured(Deadline deadline) throws IOException {
        var done = secured;
        if (done != null) {
            return done.engine();
        }
        handshaking.lock();
        try {
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            done = secured;
            if (done == null) {
                done = shakeHands(deadline);
                secured = done;
            }
            return done.engine();
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            handshaking.unlock();
        }
    }

    private Secured shakeHands(Deadline deadline) throws IOException {
        return switch (role) {
            case Role.Client(Deadline own) -> shakeHandsUntil(deadline.earlier(own), Optional.empty());
            case Role.Server(Deadline own, HandshakeGate gate, TlsObserver observer) -> {
                try {
                    // Whoever stays silent costs a thread that sleeps, and no place.
                    int hello = records.await(deadline.earlier(own));
                    if (hello == 0) {
                        throw new EOFException("the peer left before the TLS handshake");
                    }
                    var serverName = ServerNameOf.clientHello(records.record(hello));
                    gate.enter(carrier);
                    try {
                        var done = shakeHandsUntil(deadline.earlier(own), serverName);
                        observer.secured(carrier, done.identity());
                        yield done;
                    } finally {
                        gate.leave(carrier);
                    }
                } catch (IOException e) {
                    observer.failed(carrier, String.valueOf(e.getMessage()));
                    throw e;
                }
            }
        };
    }

    private Secured shakeHandsUntil(Deadline deadline, Optional<String> serverName) throws IOException {
        var engine = new TlsEngine(carrier, records, engines.get());
        engine.handshake(deadline);
        return new Secured(engine, engine.identity(serverName));
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public int peek() throws IOException {
        return input.peek();
    }

    @Override
    public void finishWriting() throws IOException {
        secured(Deadline.NEVER).finishWriting();
    }

    @Override
    public void readTimeout(Duration newTimeout) {
        timeout = newTimeout;
    }

    @Override
    public SocketAddress peer() {
        return carrier.peer();
    }

    @Override
    public Optional<TlsIdentity> tls() {
        var done = secured;
        return done == null ? Optional.empty() : Optional.of(done.identity());
    }

    @Override
    public void onAbort(Runnable action) {
        carrier.onAbort(action);
    }

    @Override
    public void watchPeer() {
        carrier.watchPeer();
    }

    @Override
    public void abort() {
        carrier.abort();
    }

    /// Says goodbye, unless somebody still writes or the peer takes nothing any more; and closes what it runs over.
    @Override
    public void close() throws IOException {
        var done = secured;
        try (carrier) {
            if (done != null && done.engine().idle()) {
                sayGoodbye(done.engine());
            }
        }
    }

    private void sayGoodbye(TlsEngine engine) {
        var impatient = Thread.ofVirtual().name("tls goodbye").start(() -> {
            try {
                Thread.sleep(GOODBYE);
                carrier.abort();
            } catch (InterruptedException e) {
                // It was said in time.
            }
        });
        try {
            engine.finishWriting();
        } catch (IOException e) {
            // The peer has gone without waiting for it.
        } finally {
            impatient.interrupt();
        }
    }

    @Override
    public String toString() {
        return carrier.toString();
    }

    /// What the peer says, decrypted. One thread at a time, see [PeekableInput].
    private final class Plain extends InputStream {
        private final TlsEngine.Leftover leftover = new TlsEngine.Leftover();

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            if (!leftover.isEmpty()) {
                return leftover.take(bytes, offset, length);
            }
            var deadline = Deadline.after(timeout);
            return secured(deadline).read(bytes, offset, length, deadline, leftover);
        }

        @Override
        public int available() {
            return leftover.available();
        }
    }

    /// What the peer is to receive, encrypted.
    private final class Sealed extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            secured(Deadline.NEVER).write(ByteBuffer.wrap(bytes, offset, length));
        }
    }
}
