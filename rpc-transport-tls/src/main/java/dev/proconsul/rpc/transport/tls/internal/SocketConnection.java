package dev.proconsul.rpc.transport.tls.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A TCP connection in clear text.
///
/// The channel stays in blocking mode; its socket view is used because it alone knows read timeouts. On a virtual
/// thread a read or write that must wait parks that thread and nothing else.
public final class SocketConnection implements Connection {
    /// How long, and for how many bytes, [#close] waits for a peer that is still sending.
    private static final int LINGER_MILLIS = 1_000;
    private static final long LINGER_BYTES = 1 << 20;

    private final SocketChannel channel;
    private final SocketAddress peer;
    private final PeekableInput input;
    private final OutputStream output;
    private volatile boolean answered;

    // Guarded by abortActions; null once the connection was aborted.
    private @Nullable List<Runnable> abortActions = new ArrayList<>(1);
    private final Object abortLock = new Object();

    /// Takes over a connected channel.
    /// @param channel connected, in blocking mode
    /// @throws IOException when it has failed already
    public SocketConnection(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.peer = channel.getRemoteAddress();
        this.input = new PeekableInput(channel.socket().getInputStream());
        this.output = new Answers(channel.socket().getOutputStream());
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
        channel.shutdownOutput();
    }

    @Override
    public void readTimeout(Duration timeout) throws IOException {
        int millis = timeout.isZero() ? 0 : Math.toIntExact(Math.max(1, timeout.toMillis()));
        channel.socket().setSoTimeout(millis);
    }

    @Override
    public SocketAddress peer() {
        return peer;
    }

    @Override
    public Optional<TlsIdentity> tls() {
        return Optional.empty();
    }

    @Override
    public void onAbort(Runnable action) {
        synchronized (abortLock) {
            if (abortActions != null) {
                abortActions.add(action);
                return;
            }
        }
        Thread.startVirtualThread(action);
    }

    @Override
    public void abort() {
        List<Runnable> actions;
        synchronized (abortLock) {
            actions = abortActions == null ? List.of() : abortActions;
            abortActions = null;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone either way, and nobody is left to tell.
        }
        actions.forEach(Thread::startVirtualThread);
    }

    /// Closes. A peer that was answered and is still sending would lose the answer to a TCP reset, because bytes that
    /// nobody reads cause one: so its bytes are read and dropped for a short while.
    @Override
    public void close() throws IOException {
        try (channel) {
            if (answered && channel.isOpen()) {
                drain();
            }
        }
    }

    private void drain() {
        try {
            channel.shutdownOutput();
            channel.socket().setSoTimeout(LINGER_MILLIS);
            var sink = new byte[4096];
            long until = System.nanoTime() + LINGER_MILLIS * 1_000_000L;
            long left = LINGER_BYTES;
            for (int n; left > 0 && System.nanoTime() < until && (n = input.read(sink)) >= 0; left -= n) {
                // dropped
            }
        } catch (IOException e) {
            // The peer has left first, or stays silent: there is nothing more to wait for.
        }
    }

    @Override
    public String toString() {
        return "from=" + peer.toString().substring(peer.toString().indexOf('/') + 1);
    }

    /// Remembers that the peer was sent something.
    private final class Answers extends OutputStream {
        private final OutputStream socket;

        Answers(OutputStream socket) {
            this.socket = socket;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            answered = true;
            socket.write(bytes, offset, length);
        }
    }
}
