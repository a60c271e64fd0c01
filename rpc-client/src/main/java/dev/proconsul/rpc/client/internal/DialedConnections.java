package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.client.CallException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Optional;

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
        try {
            var connection = reach.dial(protocol, until);
            if (protocol == Protocol.TLS_INSECURE && connection.tls().isEmpty()) {
                connection.abort();
                throw new IOException("a call without a client certificate to " + reach.address() + " needs TLS");
            }
            return new Conversation(connection, Carrier.OF_ITS_OWN, Conversation.Ends.UNKNOWN);
        } catch (SocketTimeoutException e) {
            throw new CallFault(Reason.TIMED_OUT, String.valueOf(e.getMessage()), e);
        } catch (InterruptedIOException e) {
            throw Interrupts.of(e);
        } catch (IOException e) {
            throw new CallFault(Reason.NO_CONNECTION, String.valueOf(e.getMessage()), e);
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
