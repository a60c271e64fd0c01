package dev.proconsul.rpc.transport.tls.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A TCP connection in clear text.
///
/// The channel stays in blocking mode; its socket view is used because it alone knows read timeouts. On a virtual
/// thread a read or write that must wait parks that thread and nothing else. Interrupting a thread that reads or writes
/// here closes the channel.
public final class SocketConnection implements Connection {
    /// How long, and for how many bytes, [#close] waits for a peer that is still sending.
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LINGER_BYTES = 1 << 20;
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final long openedNanos = System.nanoTime();
    private final SocketChannel channel;
    private final SocketAddress peer;
    private final PeekableInput input;
    private final OutputStream output;
    private final AbortActions abortActions = new AbortActions();
    private final boolean accepted;
    private volatile boolean answered;
    private volatile boolean aborted;
    private volatile boolean taken;
    private final AtomicBoolean watching = new AtomicBoolean();

    private SocketConnection(SocketChannel channel, boolean accepted) throws IOException {
        this.channel = channel;
        this.peer = channel.getRemoteAddress();
        this.input = new PeekableInput(new Received(channel.socket().getInputStream()));
        this.output = new Answers(channel.socket().getOutputStream());
        this.accepted = accepted;
    }

    /// Takes over a channel whose peer has connected. Closing it lets the peer have its answer first.
    /// @param channel connected, in blocking mode
    /// @return the connection
    /// @throws IOException when it has failed already
    public static SocketConnection accepted(SocketChannel channel) throws IOException {
        return new SocketConnection(channel, true);
    }

    /// Takes over a channel that this side has connected. Closing it does not wait: who asks knows when it is done.
    /// @param channel connected, in blocking mode
    /// @return the connection
    /// @throws IOException when it has failed already
    public static SocketConnection dialed(SocketChannel channel) throws IOException {
        return new SocketConnection(channel, false);
    }

    /// {@return when the connection was made, as [System#nanoTime] counts}
    long openedNanos() {
        return openedNanos;
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
        channel.socket().setSoTimeout(timeout.isZero() ? 0 : Millis.of(timeout));
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
        abortActions.add(action);
    }

    @Override
    public void watchPeer() {
        if (watching.compareAndSet(false, true)) {
            Thread.ofVirtual().name("watch " + this).start(this::awaitPeer);
        }
    }

    @Override
    public Optional<SocketChannel> takeChannel() {
        if (taken || watching.get() || input.isAhead()) {
            return Optional.empty();
        }
        taken = true;
        return Optional.of(channel);
    }

    private void awaitPeer() {
        try {
            input.peek();
        } catch (SocketTimeoutException e) {
            // Silence is no sign that the peer has gone.
        } catch (IOException e) {
            abort();
        } finally {
            watching.set(false);
        }
    }

    /// The socket is shut down before it is closed: closing alone takes effect only when the last thread has left the
    /// channel, and shutting down makes the kernel wake that thread and tell the peer, whoever else is late.
    ///
    /// A server whose caller gives up gets a reset, because the orderly end of a connection is no reason to give up the
    /// call; a client gets what was already written.
    @Override
    public void abort() {
        aborted = true;
        if (!taken) {
            attempt(channel::shutdownInput);
            attempt(accepted ? channel::shutdownOutput : () -> channel.setOption(StandardSocketOptions.SO_LINGER, 0));
            attempt(channel::close);
        }
        abortActions.run();
    }

    private static void attempt(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            // It is gone either way, and nobody is left to tell.
        }
    }

    /// A part of ending a connection.
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /// Closes. A peer that was answered and is still sending would lose the answer to a TCP reset, because bytes that
    /// nobody reads cause one: so its bytes are read and dropped for a short while, unless somebody else still reads.
    @Override
    public void close() throws IOException {
        if (taken) { // by somebody who is told, and closes it
            abortActions.run();
            return;
        }
        abortActions.disarm();
        try (channel) {
            if (accepted && answered && !watching.get() && channel.isOpen()) {
                drain();
            }
        }
    }

    private void drain() {
        try {
            channel.shutdownOutput();
            var sink = new byte[4096];
            long start = System.nanoTime();
            for (long dropped = 0; dropped < LINGER_BYTES; ) {
                long patience = LINGER_NANOS - (System.nanoTime() - start);
                if (patience < NANOS_PER_MILLI) {
                    return;
                }
                readTimeout(Duration.ofNanos(patience));
                int count = input.read(sink);
                if (count < 0) {
                    return;
                }
                dropped += count;
            }
        } catch (IOException e) {
            // The peer has left first, or stays silent: there is nothing more to wait for.
        }
    }

    @Override
    public String toString() {
        return "from=" + peer.toString().substring(peer.toString().indexOf('/') + 1);
    }

    /// Tells an end that this side made from one that the peer made.
    private final class Received extends InputStream {
        private final InputStream socket;

        Received(InputStream socket) {
            this.socket = socket;
        }

        @Override
        public int read() throws IOException {
            return unlessAborted(socket.read());
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return unlessAborted(socket.read(bytes, offset, length));
        }

        @Override
        public int available() throws IOException {
            return socket.available();
        }

        private int unlessAborted(int read) throws AsynchronousCloseException {
            if (read < 0 && aborted) {
                throw new AsynchronousCloseException();
            }
            return read;
        }
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
