package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.ConnectionHandler;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.SnapshotOperations;
import dev.proconsul.rpc.endpoints.internal.SnapshotRelay;
import dev.proconsul.rpc.structs.DecodeException;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.QueryMeta;
import dev.proconsul.rpc.structs.SnapshotRequest;
import dev.proconsul.rpc.structs.SnapshotResponse;
import java.io.EOFException;
import java.io.IOException;
import java.time.InstantSource;

/// Serves one transfer of a snapshot, in or out.
///
/// ```
///   request {Datacenter, Token, AllowStale, Op}    behind it, to restore: an archive, then the end of what the client writes
///   answer  {Error, Index, KnownLeader, …}         behind it, of a save: an archive
/// ```
///
/// | what happens | answer |
/// |---|---|
/// | a request that cannot be read, or none | none, the end |
/// | a request that is refused, an archive that is not whole | the error; nothing has changed |
/// | an error while an archive is written | an early end, which the archive's checksums show |
///
/// A request for the leader or for another datacenter is passed on to it, and so is what follows it.
///
/// An archive is written straight from the state, and read through a temporary file, because its checksums come last:
/// memory does not grow with it. One object serves all connections.
///
/// Source: Consul `agent/consul/snapshot_endpoint.go`.
public final class SnapshotConversation implements ConnectionHandler {
    /// A name and a secret.
    private static final DecodeLimits REQUEST = new DecodeLimits(16, 4 << 10, 256, 16 << 10);

    private final SnapshotOperations operations;
    private final SnapshotRelay relay;
    private final ConversationObserver observer;

    /// Makes a handler.
    /// @param server    whose state it is
    /// @param endpoints of the same server; they know who calls, and begin their duties anew after a restore
    /// @param clock     for the times in archives
    /// @param observer  told of what goes wrong
    public SnapshotConversation(
            ServerView server, Endpoints endpoints, InstantSource clock, ConversationObserver observer) {
        this.operations = new SnapshotOperations(server, endpoints.tokens(), endpoints::restored, clock);
        this.relay = new SnapshotRelay(server, SnapshotOperations.PATIENCE);
        this.observer = observer;
    }

    @Override
    public void serve(Connection connection) throws IOException, InterruptedException {
        connection.onAbort(Thread.currentThread()::interrupt);
        SnapshotRequest request;
        try {
            request = SnapshotRequest.CODEC.decode(MsgpackReader.unbuffered(connection.input(), REQUEST));
        } catch (EOFException | DecodeException e) {
            observer.failed(connection, "Snapshot RPC error: failed to decode request: " + e.getMessage());
            return;
        }
        try {
            perform(request, connection);
        } catch (RpcException e) {
            observer.failed(connection, "Snapshot RPC error: " + e.getMessage());
            answer(e.getMessage(), QueryMeta.ZERO, connection);
        } catch (RuntimeException | StackOverflowError fault) {
            observer.faulted(connection, "Snapshot", fault);
            throw fault;
        }
    }

    private void perform(SnapshotRequest request, Connection connection)
            throws RpcException, IOException, InterruptedException {
        var elsewhere = relay.elsewhere(request);
        if (elsewhere.isPresent()) {
            relay.relay(request, elsewhere.get(), connection);
            return;
        }
        operations.requireAllowed(request);
        if (request.op() == SnapshotOperations.SAVE) {
            var archive = operations.save(request);
            answer("", archive.meta(), connection);
            archive.writeTo(connection.output());
        } else if (request.op() == SnapshotOperations.RESTORE) {
            operations.restore(request, connection);
            answer("", QueryMeta.ZERO, connection);
        } else {
            throw new RpcException("unrecognized snapshot op " + SnapshotOperations.quoted(request.op()));
        }
    }

    private static void answer(String error, QueryMeta meta, Connection connection) throws IOException {
        var out = new MsgpackWriter();
        SnapshotResponse.CODEC.encode(new SnapshotResponse(error, meta), out);
        out.writeTo(connection.output());
    }
}
