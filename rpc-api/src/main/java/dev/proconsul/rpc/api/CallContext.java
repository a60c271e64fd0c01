package dev.proconsul.rpc.api;

import java.net.SocketAddress;
import java.util.Optional;

/// Who calls, for a method that wants to know.
///
/// A call is cancelled by interrupting the thread that runs it; a method that waits ends with
/// [InterruptedException] and leaves nothing behind.
///
/// @param peer address of the caller; empty for a caller in the same process
/// @param tls  what TLS has established about the caller; empty for clear text and in-process calls
public record CallContext(Optional<SocketAddress> peer, Optional<TlsIdentity> tls) {
    /// A caller in this process.
    public static final CallContext IN_PROCESS = new CallContext(Optional.empty(), Optional.empty());

    /// {@return the context of calls that arrive on a connection}
    /// @param connection where the calls arrive
    public static CallContext of(Connection connection) {
        return new CallContext(Optional.of(connection.peer()), connection.tls());
    }
}
