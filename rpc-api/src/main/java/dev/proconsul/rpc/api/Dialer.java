package dev.proconsul.rpc.api;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/// Opens connections to server ports.
public interface Dialer {
    /// Connects and announces a protocol by its type byte (over TLS where the dialer is configured so).
    ///
    /// @param server   where to connect
    /// @param protocol what will be spoken; must have a type byte
    /// @param timeout  for the connection and any handshake, more than zero
    /// @return an open connection, to be closed by the caller; its first byte written is the protocol's first
    /// @throws IOException when the server cannot be reached; the message names the address and the reason
    Connection dial(InetSocketAddress server, Protocol protocol, Duration timeout) throws IOException;
}
