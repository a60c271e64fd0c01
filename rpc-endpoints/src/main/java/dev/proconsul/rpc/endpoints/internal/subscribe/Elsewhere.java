package dev.proconsul.rpc.endpoints.internal.subscribe;

import dev.proconsul.rpc.api.RemoteServers.Effect;
import dev.proconsul.rpc.api.RemoteServers.Outcome;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.endpoints.internal.Forwarding;
import io.grpc.Channel;
import io.grpc.Status;
import java.util.Optional;
import java.util.function.Function;

/// The servers that streams of other datacenters come from.
public final class Elsewhere {
    private final Forwarding forwarding;
    private final Function<? super ServerInfo, ? extends Channel> channels;

    /// Puts it together.
    /// @param forwarding decides which server a request is for
    /// @param channels   gives the channel to a server, which others close
    public Elsewhere(Forwarding forwarding, Function<? super ServerInfo, ? extends Channel> channels) {
        this.forwarding = forwarding;
        this.channels = channels;
    }

    /// {@return the server that a stream comes from; empty for this one}
    /// @param datacenter where the stream is for; empty for here
    /// @throws RpcException when there is none
    Optional<ServerInfo> server(String datacenter) throws RpcException {
        return forwarding.streamFrom(datacenter);
    }

    Channel channel(ServerInfo server) {
        return channels.apply(server);
    }

    /// Takes note of how a stream ended. What its server says of the request is no fault of the server.
    void ended(ServerInfo server, Status status) {
        switch (status.getCode()) {
            case OK, CANCELLED, INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, UNAUTHENTICATED -> { }
            default -> forwarding.streamFailed(server, new Outcome.Failed(status.toString(), Effect.UNKNOWN));
        }
    }
}
