package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.SnapshotRequest;
import dev.proconsul.rpc.structs.SnapshotResponse;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// One transfer of a snapshot. For one thread; an exception ends the connection.
public final class Transfer {
    private static final int PIECE = 64 << 10;

    private final ClientConfig config;
    private final Connection connection;
    /// Why not everything could be sent; the server may have said why, so its answer is read nevertheless.
    private @Nullable IOException cut;

    private Transfer(ClientConfig config, Connection connection) {
        this.config = config;
        this.connection = connection;
    }

    /// Dials and sends the request.
    /// @param dialer  dials
    /// @param config  where
    /// @param request what to do
    /// @return the transfer
    /// @throws CallException        when that did not work; then nothing has happened at the server
    /// @throws InterruptedException when the caller was interrupted
    public static Transfer start(Dialer dialer, ClientConfig config, SnapshotRequest request)
            throws CallException, InterruptedException {
        try {
            var transfer = new Transfer(config, dialer.dial(config.server(), Protocol.SNAPSHOT, config.dialTimeout()));
            var out = new MsgpackWriter();
            SnapshotRequest.CODEC.encode(request, out);
            transfer.write(out.toByteArray(), out.size());
            return transfer;
        } catch (IOException e) {
            if (Interrupts.caused(e)) {
                throw Interrupts.of(e);
            }
            throw new CallException.NotSent(String.valueOf(e.getMessage()), e);
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
            connection.readTimeout(config.callTimeout());
        } catch (IOException e) {
            connection.abort();
            throw new CallException.NotSent("Snapshot to " + config.address() + ": " + e.getMessage(), e);
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
            throw new CallException.Refused("Snapshot to " + config.address(),
                    reply.error().isEmpty() ? "answered before it had the whole archive" : reply.error());
        } catch (IOException e) {
            connection.abort();
            if (Interrupts.caused(e)) {
                throw Interrupts.of(e);
            }
            var reason = cut == null ? e : cut;
            throw new CallException.MaybeExecuted("Snapshot to " + config.address() + ": no answer ("
                    + reason.getMessage() + "); is this the server port of a Consul server (8300)?", reason);
        }
    }
}
