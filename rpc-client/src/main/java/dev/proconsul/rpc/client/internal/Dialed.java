package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.client.ClientConfig;
import java.io.IOException;
import java.util.Optional;

/// Where fresh conversations come from.
public interface Dialed extends AutoCloseable {
    /// {@return a conversation in which nothing has been said yet}
    /// @throws IOException          when there is none to be had; the message names the server
    /// @throws InterruptedException when the caller was interrupted
    Conversation open() throws IOException, InterruptedException;

    /// Makes sure that the server can be reached.
    /// @return a conversation, if that took one
    /// @throws IOException          when it cannot; the message names the server
    /// @throws InterruptedException when the caller was interrupted
    Optional<Conversation> warmUp() throws IOException, InterruptedException;

    /// Closes what conversations share; from now on [#open] fails, also where it waits.
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

    /// {@return what a caller of a closed client is told}
    /// @param config whose client it was
    static IOException closed(ClientConfig config) {
        return new IOException("the client of " + config.address() + " is closed");
    }
}
