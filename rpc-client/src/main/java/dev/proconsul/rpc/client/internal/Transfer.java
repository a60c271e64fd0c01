package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ServerPool;
import dev.proconsul.rpc.client.ServerRouter;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.SnapshotRequest;
import dev.proconsul.rpc.structs.SnapshotResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/// One transfer of a snapshot. For one thread; an exception ends the connection.
public final class Transfer {
    private static final int PIECE = 64 << 10;

    private final String where;
    private final Connection connection;
    private final Duration patience;
    /// Why not everything could be sent; the server may have said why, so its answer is read nevertheless.
    private @Nullable IOException cut;

    private Transfer(String where, Connection connection, Duration patience) {
        this.where = where;
        this.connection = connection;
        this.patience = patience;
    }

    /// Dials the next server that can be reached, and sends the request.
    /// @param pool    dials
    /// @param router  chooses
    /// @param tokens  limits attempts
    /// @param request what to do
    /// @return the transfer
    /// @throws CallException        when that did not work; then nothing has happened at any server
    /// @throws InterruptedException when the caller was interrupted
    public static Transfer start(ServerPool pool, ServerRouter router, TokenBucket tokens, SnapshotRequest request)
            throws CallException, InterruptedException {
        var tried = new HashSet<ServerInfo>();
        while (true) {
            var server = router.findLocal().orElseThrow(() -> new CallException.NotSent("No known Consul servers",
                    null, CallException.Reason.NO_SERVER, null));
            tokens.take(server);
            try {
                var transfer = new Transfer("Snapshot to " + server.address(), pool.dial(server, Protocol.SNAPSHOT),
                        pool.config().callTimeout());
                var out = new MsgpackWriter();
                SnapshotRequest.CODEC.encode(request, out);
                transfer.write(out.toByteArray(), out.size());
                return transfer;
            } catch (CallException e) {
                tried.add(server);
                router.failed(server, e);
                if (router.findLocal().filter(next -> !tried.contains(next)).isEmpty()) {
                    throw e;
                }
            }
        }
    }

    /// {@return where it runs}
    public Connection connection() {
        return connection;
    }

    /// Lets no read wait longer than a call.
    /// @throws CallException when the connection has failed
    public void limitReads() throws CallException {
        try {
            connection.readTimeout(patience);
        } catch (IOException e) {
            connection.abort();
            throw new CallException.NotSent(where + ": " + e.getMessage(), e);
        }
    }

    /// Sends an archive.
    /// @param archive read to its end, or until the server takes no more
    /// @throws IOException when the archive cannot be read
    public void send(InputStream archive) throws IOException {
        var piece = new byte[PIECE];
        try {
            for (int count = archive.read(piece); count >= 0 && cut == null; count = archive.read(piece)) {
                write(piece, count);
            }
        } catch (IOException e) {
            connection.abort();
            throw e;
        }
    }

    private void write(byte[] bytes, int count) {
        try {
            connection.output().write(bytes, 0, count);
        } catch (IOException e) {
            cut = e;
        }
    }

    /// Says that this side is done, and waits for the answer.
    /// @return the answer, which is no error; an archive may follow
    /// @throws CallException        when there is none, or it is an error
    /// @throws InterruptedException when the caller was interrupted
    public SnapshotResponse finishAndReceive() throws CallException, InterruptedException {
        try {
            if (cut == null) {
                connection.finishWriting();
            }
            var reply = SnapshotResponse.CODEC.decode(
                    MsgpackReader.unbuffered(connection.input(), DecodeLimits.HEADER));
            if (reply.error().isEmpty() && cut == null) {
                return reply;
            }
            connection.abort();
            throw new CallException.Refused(where,
                    reply.error().isEmpty() ? "answered before it had the whole archive" : reply.error());
        } catch (IOException e) {
            connection.abort();
            if (Interrupts.caused(e)) {
                throw Interrupts.of(e);
            }
            var reason = cut == null ? e : cut;
            throw new CallException.MaybeExecuted(where + ": no answer ("
                    + reason.getMessage() + "); is this the server port of a Consul server (8300)?", reason);
        }
    }
}
