package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.client.CallException.Reason;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A new TCP connection each time, type byte 0 or 7.
final class DialedConnections implements Dialed {
    private final Reach reach;
    private final Protocol protocol;
    private volatile boolean closed;

    DialedConnections(Reach reach, Protocol protocol) {
        this.reach = reach;
        this.protocol = protocol;
    }

    @Override
    public Conversation open(Deadline until) throws IOException, InterruptedException {
        if (closed) {
            throw reach.closed();
        }
        var connection = dial(until);
        if (protocol == Protocol.TLS_INSECURE && connection.tls().isEmpty()) {
            connection.abort();
            throw new CallFault(Reason.NO_CONNECTION,
                    "a call without a client certificate to " + reach.address() + " needs TLS", null);
        }
        return new Conversation(connection, Carrier.OF_ITS_OWN, Conversation.Ends.UNKNOWN);
    }

    private Connection dial(Deadline until) throws IOException, InterruptedException {
        var caller = new OneCaller();
        // Not told of the caller's deadline: whose clock is first would decide what the caller is told.
        var dialing = new Dialing<>(() -> reach.dial(protocol), caller);
        dialing.start();
        try {
            return dialing.await(until, reach.address());
        } catch (IOException | InterruptedException e) {
            caller.leave();
            dialing.giveUp(reach.closed());
            throw e;
        }
    }

    /// Who waits for the connection. If he has left when it comes, it is of no use to anybody.
    private final class OneCaller implements Dialing.Owner<Connection> {
        // Guarded by this.
        private @Nullable Connection reached;
        private boolean left;

        @Override
        public synchronized void reached(Connection connection) throws IOException {
            if (left) {
                connection.abort();
                throw reach.closed();
            }
            reached = connection;
        }

        @Override
        public void failed() {}

        synchronized void leave() {
            left = true;
            if (reached != null) {
                reached.abort();
            }
        }
    }

    @Override
    public Optional<Conversation> warmUp(Deadline until) throws IOException, InterruptedException {
        return Optional.of(open(until));
    }

    @Override
    public void tick() {}

    @Override
    public void close() {
        closed = true;
    }
}
