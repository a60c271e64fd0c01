package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.client.ClientConfig;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;

/// A new TCP connection each time, type byte 0.
final class DialedConnections implements Dialed {
    private final Dialer dialer;
    private final ClientConfig config;
    private volatile boolean closed;

    DialedConnections(Dialer dialer, ClientConfig config) {
        this.dialer = dialer;
        this.config = config;
    }

    @Override
    public Conversation open() throws IOException, InterruptedException {
        if (closed) {
            throw Dialed.closed(config);
        }
        try {
            return new Conversation(dialer.dial(config.server(), Protocol.RPC, config.dialTimeout()), () -> true);
        } catch (InterruptedIOException e) {
            throw Interrupts.of(e);
        }
    }

    @Override
    public Optional<Conversation> warmUp() throws IOException, InterruptedException {
        return Optional.of(open());
    }

    @Override
    public void close() {
        closed = true;
    }
}
