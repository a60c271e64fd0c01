package dev.proconsul.rpc.api;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;

/// Calls methods of other servers, in the form that the wire has: what a server forwards, it need not read.
///
/// Threads: any number at once; each call holds its thread until its answer is there. Interrupting that thread ends the
/// call at both ends.
public interface RemoteServers {
    /// Reaches nobody: the server is alone.
    RemoteServers NONE = new RemoteServers() {
        @Override
        public Outcome call(ServerInfo server, String method, byte[] request, Duration timeout) {
            return new Outcome.Failed("rpc error getting client: failed to get conn: this server reaches no other", Effect.NONE);
        }

        @Override
        public Connection connect(ServerInfo server, Protocol protocol) throws IOException {
            throw new ConnectException("this server reaches no other");
        }
    };

    /// Makes a call and waits for its answer.
    ///
    /// @param server  whom to call
    /// @param method  full name, as `KVS.Get`
    /// @param request the encoded request body, one msgpack value; not changed
    /// @param timeout for the answer, more than zero
    /// @return what came of it
    /// @throws InterruptedException when the caller was interrupted; a write may have been executed
    Outcome call(ServerInfo server, String method, byte[] request, Duration timeout) throws InterruptedException;

    /// Opens a connection of its own for what is no call, such as a snapshot.
    ///
    /// @param server   whom to reach
    /// @param protocol what will be spoken; it is announced
    /// @return an open connection, to be closed by the caller
    /// @throws IOException when the server cannot be reached
    Connection connect(ServerInfo server, Protocol protocol) throws IOException;

    /// What came of a call.
    sealed interface Outcome {
        /// A reply.
        /// @param reply the encoded reply body, one msgpack value; belongs to the caller
        record Answered(byte[] reply) implements Outcome {}

        /// No reply.
        /// @param error  what the caller is told, in Consul's words, because peers recognise parts of it, as
        ///               `rpc error getting client: failed to get conn: dial tcp 10.0.0.1:8300: connect: connection refused`
        /// @param effect what is known of the call's effect
        record Failed(String error, Effect effect) implements Outcome {}
    }

    /// What is known of the effect of a call that brought no reply.
    enum Effect {
        /// None: the server never had the whole request.
        NONE,
        /// Nothing is known: the request was sent, but no whole answer came.
        UNKNOWN,
        /// The server has decided: it answered with an error.
        REFUSED
    }
}
