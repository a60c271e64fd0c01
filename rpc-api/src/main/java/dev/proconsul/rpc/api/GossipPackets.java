package dev.proconsul.rpc.api;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Reads the gossip packets that come on a connection of [Protocol#WAN_GOSSIP_PACKET]: each is four bytes of length,
/// big-endian, and that many bytes. Nothing is sent back.
///
/// | what comes | then |
/// |---|---|
/// | a packet | it is handed on, whatever is in it |
/// | a length of 0, or above [#LONGEST] | error, the connection ends |
/// | no whole length within [#IDLE] of the last packet | error, the connection ends |
/// | the end, before a length | an orderly end |
/// | the end inside a packet | what came is handed on, then an orderly end |
///
/// One object serves all connections. Source: Consul `agent/consul/rpc.go` and `agent/consul/wanfed`.
public final class GossipPackets implements ConnectionHandler {
    /// Length of the longest packet, in bytes.
    public static final int LONGEST = 4 << 20;
    /// How long a connection may be without a packet.
    public static final Duration IDLE = Duration.ofMinutes(2);

    private static final int LENGTH_BYTES = 4;

    private final Receiver receiver;
    private final LongSupplier nanoTime;

    /// Takes packets.
    @FunctionalInterface
    public interface Receiver {
        /// Takes a packet. Called by the thread of its connection, one packet after another.
        ///
        /// @param packet its bytes, which are the receiver's from now on
        /// @param from   where they came from; a gateway may stand in between
        /// @throws InterruptedException when the server shuts down
        void received(byte[] packet, SocketAddress from) throws InterruptedException;
    }

    /// Makes a handler.
    /// @param receiver takes the packets
    public GossipPackets(Receiver receiver) {
        this(receiver, System::nanoTime);
    }

    GossipPackets(Receiver receiver, LongSupplier nanoTime) {
        this.receiver = receiver;
        this.nanoTime = nanoTime;
    }

    @Override
    public void serve(Connection connection) throws IOException, InterruptedException {
        var in = connection.input();
        for (int length = readLength(connection, in); length > 0; length = readLength(connection, in)) {
            connection.readTimeout(Duration.ZERO);
            receiver.received(in.readNBytes(length), connection.peer());
        }
    }

    /// {@return the length; 0 at the end}
    private int readLength(Connection connection, InputStream in) throws IOException {
        long deadline = nanoTime.getAsLong() + IDLE.toNanos();
        long length = 0;
        for (int i = 0; i < LENGTH_BYTES; i++) {
            connection.readTimeout(left(deadline));
            int b = in.read();
            if (b < 0) {
                if (i == 0) {
                    return 0;
                }
                throw failed("unexpected EOF", connection);
            }
            length = length << 8 | b;
        }
        if (length == 0) {
            throw failed("packet too short (0 bytes)", connection);
        }
        if (length > LONGEST) {
            throw failed("gossip packet size " + length + " exceeds threshold of " + LONGEST, connection);
        }
        return (int) length;
    }

    private Duration left(long deadline) throws SocketTimeoutException {
        var left = Duration.ofNanos(deadline - nanoTime.getAsLong());
        if (!left.isPositive()) {
            throw new SocketTimeoutException("failed to ingest RPC: no gossip packet in " + IDLE.toSeconds() + " s");
        }
        return left;
    }

    private static IOException failed(String reason, Connection connection) {
        var message = "failed to ingest RPC: " + reason + " " + connection;
        return reason.endsWith("EOF") ? new EOFException(message) : new IOException(message);
    }
}
