package dev.proconsul.rpc.client;

import dev.proconsul.rpc.api.ServerInfo;
import java.time.Duration;

/// Calls whose bodies are passed through as bytes: for a server that forwards what it has not decoded.
///
/// Threads: any number at once; each call occupies its thread until the answer is there.
@FunctionalInterface
public interface RawCalls {
    /// Makes one call.
    ///
    /// Interrupting the thread ends the call, also at the server.
    ///
    /// @param server  whom to call
    /// @param method  full name, as `KVS.Apply`
    /// @param body    the request, one msgpack value; sent as it is
    /// @param timeout for everything: the connection, sending, the whole answer; more than zero
    /// @return the reply, one msgpack value, byte by byte as it came
    /// @throws CallException        when there is none; its type says what the server can have done
    /// @throws InterruptedException when the caller was interrupted; the call may have been executed
    byte[] call(ServerInfo server, String method, byte[] body, Duration timeout)
            throws CallException, InterruptedException;
}
