package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.RemoteServers;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ServerPool;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Other servers, reached over the pool of the client, with errors in the words of Consul's pool. Any thread.
///
/// @param pool connections; closed by its owner
record PooledServers(ServerPool pool) implements RemoteServers {
    @Override
    public Outcome call(ServerInfo server, String method, byte[] request, Duration timeout)
            throws InterruptedException {
        try {
            return new Outcome.Answered(pool.call(server, method, request, timeout));
        } catch (CallException e) {
            return new Outcome.Failed(text(server, e), switch (e) {
                case CallException.NotSent _ -> Effect.NONE;
                case CallException.MaybeExecuted _ -> Effect.UNKNOWN;
                case CallException.Refused _ -> Effect.REFUSED;
            });
        }
    }

    @Override
    public Connection connect(ServerInfo server, Protocol protocol) throws IOException {
        try {
            return pool.dial(server, protocol);
        } catch (CallException e) {
            throw new ConnectException(dialText(server, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while dialing " + server.address());
        }
    }

    private static String text(ServerInfo server, CallException e) {
        return switch (e.reason()) {
            case NO_CONNECTION -> "rpc error getting client: failed to get conn: " + dialText(server, e);
            case LOST -> "rpc error making call: connection reset: " + e.getMessage(); // what peers recognise, and why
            case NO_SERVER, RATE_LIMITED, NO_STREAM, CLOSED, ENDED, TIMED_OUT, REFUSED -> e.wireText();
        };
    }

    /// Go's words where Go has some, for peers and for people who search for them.
    private static String dialText(ServerInfo server, CallException e) {
        for (@Nullable Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return "dial tcp " + server.address() + ": i/o timeout";
            }
            if (cause instanceof ConnectException && "Connection refused".equals(cause.getMessage())) {
                return "dial tcp " + server.address() + ": connect: connection refused";
            }
        }
        return e.getMessage();
    }
}
