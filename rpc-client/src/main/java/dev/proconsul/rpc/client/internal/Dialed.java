package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.client.ClientConfig;
import java.io.IOException;

/// Where fresh connections for conversations come from.
public interface Dialed extends AutoCloseable {
    /// {@return a connection on which nothing has been said yet}
    /// @throws IOException          when there is none to be had
    /// @throws InterruptedException when the caller was interrupted
    Connection open() throws IOException, InterruptedException;

    /// Makes sure that the server can be reached.
    /// @throws IOException          when it cannot
    /// @throws InterruptedException when the caller was interrupted
    void warmUp() throws IOException, InterruptedException;

    /// Closes what is shared between connections.
    @Override
    void close();

    /// {@return the source that a configuration asks for}
    /// @param dialer dials
    /// @param config the configuration
    static Dialed by(Dialer dialer, ClientConfig config) {
        return switch (config.mode()) {
            case MUX -> new DialedStreams(dialer, config);
            case SINGLE -> new DialedConnections(dialer, config);
        };
    }
}
