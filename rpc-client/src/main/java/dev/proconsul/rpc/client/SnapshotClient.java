package dev.proconsul.rpc.client;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.client.internal.TokenBucket;
import dev.proconsul.rpc.client.internal.Transfer;
import dev.proconsul.rpc.structs.SnapshotRequest;
import java.io.IOException;
import java.io.InputStream;

/// Saves and restores the whole state of a datacenter; each time on a connection of its own, type byte 5.
///
/// The archives are those of Consul; [dev.proconsul.rpc.structs.SnapshotArchive] reads them. Unlike elsewhere, the
/// server wants its datacenter named: see [CallOptions#withDatacenter].
///
/// Threads: any number; each transfer is for one. Source: Consul `agent/consul/snapshot_endpoint.go`, client side.
public final class SnapshotClient {
    private static final long SAVE = 0;
    private static final long RESTORE = 1;

    private final ServerPool pool;
    private final ServerRouter router;
    private final TokenBucket tokens;
    private final CallOptions options;

    SnapshotClient(ServerPool pool, ServerRouter router, TokenBucket tokens, CallOptions options) {
        this.pool = pool;
        this.router = router;
        this.tokens = tokens;
        this.options = options;
    }

    /// {@return this client with other options}
    /// @param newOptions datacenter, token; stale answers are for saving only
    public SnapshotClient with(CallOptions newOptions) {
        return new SnapshotClient(pool, router, tokens, newOptions);
    }

    /// A snapshot that is being received.
    ///
    /// @param index      of the last entry of the log whose effect is in it
    /// @param archive    the archive, up to the end of the stream; an end that comes early shows when the archive is
    ///                   read, see [dev.proconsul.rpc.structs.SnapshotArchive#read]
    /// @param connection where it comes from
    public record Saving(long index, InputStream archive, Connection connection) implements AutoCloseable {
        /// Ends the transfer.
        @Override
        public void close() {
            connection.abort();
        }
    }

    /// Starts saving. The answer, and each piece of the archive, must come within [ClientConfig#callTimeout].
    ///
    /// @return the snapshot, to be read and closed by the caller
    /// @throws CallException        when the server refuses, or cannot be reached
    /// @throws InterruptedException when the caller was interrupted
    public Saving save() throws CallException, InterruptedException {
        var transfer = Transfer.start(pool, router, tokens, request(SAVE));
        transfer.limitReads();
        var reply = transfer.finishAndReceive();
        return new Saving(reply.queryMeta().index(), transfer.connection().input(), transfer.connection());
    }

    /// Replaces the state of the whole datacenter by that of an archive. There is no time limit: check an archive
    /// before it is sent, so that nobody waits for the server to find what is wrong with it.
    ///
    /// @param archive read to its end, not closed
    /// @throws CallException        when the server refuses, which then has changed nothing, or cannot be reached
    /// @throws IOException          when the archive cannot be read; the server then has changed nothing
    /// @throws InterruptedException when the caller was interrupted
    public void restore(InputStream archive) throws CallException, IOException, InterruptedException {
        var transfer = Transfer.start(pool, router, tokens, request(RESTORE));
        transfer.send(archive);
        transfer.finishAndReceive();
        transfer.connection().close();
    }

    private SnapshotRequest request(long op) {
        boolean stale = options.consistency() == CallOptions.Consistency.STALE;
        return new SnapshotRequest(options.datacenter(), options.token(), stale, op);
    }
}
