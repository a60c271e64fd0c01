package dev.proconsul.rpc.api;

import java.io.IOException;

/// Serves one connection until it ends.
@FunctionalInterface
public interface ConnectionHandler {
    /// Serves a connection, on the calling thread, until the conversation is over. The type byte has been taken; the
    /// caller closes the connection afterwards.
    ///
    /// @param connection the connection, with no read timeout set
    /// @throws IOException          when the connection failed or the peer broke the protocol
    /// @throws InterruptedException when the server shuts down
    void serve(Connection connection) throws IOException, InterruptedException;
}
