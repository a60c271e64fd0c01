package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.RemoteServers.Effect;
import dev.proconsul.rpc.api.RemoteServers.Outcome;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.ServerRoutes.Route;
import dev.proconsul.rpc.endpoints.ServerView;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.SnapshotRequest;
import dev.proconsul.rpc.structs.SnapshotResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// Has a snapshot saved or restored by the server that it is for, and passes the bytes through: archives are not looked
/// into, and memory does not grow with them. One attempt. Any thread.
///
/// Source: Consul `agent/consul/snapshot_endpoint.go`, `dispatchSnapshotRequest`.
public final class SnapshotRelay {
    private final ServerView server;
    private final Duration patience;

    /// Makes a relay.
    /// @param server   the server that gets the requests
    /// @param patience how long each side may send nothing
    public SnapshotRelay(ServerView server, Duration patience) {
        this.server = server;
        this.patience = patience;
    }

    /// {@return the server that a request is for; empty for this one}
    /// Unlike elsewhere, an empty datacenter is not the own one.
    /// @param request the request
    /// @throws RpcException when nobody can answer it
    public Optional<ServerInfo> elsewhere(SnapshotRequest request) throws RpcException {
        if (!request.datacenter().equals(server.datacenter())) {
            return switch (server.peers().routes().route(request.datacenter())) {
                case Route.To(ServerInfo other) -> Optional.of(other);
                case Route.Unknown _ -> throw new RpcException(Forwarding.NO_PATH);
                case Route.Unreachable _ -> throw new RpcException(Forwarding.NO_PATH); // Consul's word here
            };
        }
        if (request.allowStale() || server.consensus().isLeader()) {
            return Optional.empty();
        }
        return Optional.of(server.consensus().leader().orElseThrow(() -> new RpcException(Forwarding.NO_LEADER)));
    }

    /// Has a request answered.
    ///
    /// @param request    what to do
    /// @param other      by whom
    /// @param connection the client's: an archive to restore comes from it, and the answer goes to it
    /// @throws RpcException when the other server refuses, or is not reached; nothing was written to the client
    /// @throws IOException  when a connection fails later
    public void relay(SnapshotRequest request, ServerInfo other, Connection connection)
            throws RpcException, IOException {
        try (var there = connect(other)) {
            var answer = answer(request, other, there, connection);
            if (!answer.error().isEmpty()) {
                throw refused(other, answer.error(), Effect.REFUSED);
            }
            server.peers().routes().answered(other);
            connection.output().write(encoded(answer));
            there.input().transferTo(connection.output());
        }
    }

    private Connection connect(ServerInfo other) throws RpcException {
        try {
            var there = server.peers().servers().connect(other, Protocol.SNAPSHOT);
            there.readTimeout(patience);
            return there;
        } catch (IOException e) {
            throw refused(other, String.valueOf(e.getMessage()), Effect.NONE);
        }
    }

    private SnapshotResponse answer(SnapshotRequest request, ServerInfo other, Connection there, Connection connection)
            throws RpcException {
        try {
            return ask(request, there, connection);
        } catch (IOException e) {
            throw refused(other, "failed to decode response: " + e.getMessage(), Effect.UNKNOWN);
        }
    }

    private SnapshotResponse ask(SnapshotRequest request, Connection there, Connection connection) throws IOException {
        var out = new MsgpackWriter();
        SnapshotRequest.CODEC.encode(request, out);
        out.writeTo(there.output());
        if (request.op() == SnapshotOperations.RESTORE) {
            connection.readTimeout(patience);
            connection.input().transferTo(there.output());
        }
        there.finishWriting();
        return SnapshotResponse.CODEC.decode(MsgpackReader.unbuffered(there.input(), DecodeLimits.HEADER));
    }

    private RpcException refused(ServerInfo other, String error, Effect effect) {
        if (!other.datacenter().equals(server.datacenter())) {
            server.peers().routes().failed(other, new Outcome.Failed(error, effect));
        }
        return new RpcException(error);
    }

    private static byte[] encoded(SnapshotResponse answer) {
        var out = new MsgpackWriter();
        SnapshotResponse.CODEC.encode(answer, out);
        return out.toByteArray();
    }
}
