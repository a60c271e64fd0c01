package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.client.ClientConfig;
import java.io.IOException;

/// A new TCP connection each time, type byte 0.
record DialedConnections(Dialer dialer, ClientConfig config) implements Dialed {
    @Override
    public Connection open() throws IOException {
        return dialer.dial(config.server(), Protocol.RPC, config.dialTimeout());
    }

    @Override
    public void warmUp() throws IOException {
        open().close();
    }

    @Override
    public void close() {
        // Nothing is shared.
    }
}
