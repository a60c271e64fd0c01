package dev.proconsul.rpc.endpoints.internal;

import static java.lang.System.Logger.Level.INFO;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.LogSnapshot;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.endpoints.ServerView;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.acl.TokenResolver;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.QueryMeta;
import dev.proconsul.rpc.structs.SnapshotArchive;
import dev.proconsul.rpc.structs.SnapshotMeta;
import dev.proconsul.rpc.structs.SnapshotPeers;
import dev.proconsul.rpc.structs.SnapshotRequest;
import dev.proconsul.rpc.structs.SnapshotServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;

/// Saving and restoring the state of a server as an archive. Any thread.
///
/// Source: Consul `agent/consul/snapshot_endpoint.go` and `snapshot/snapshot.go`, with their error texts.
public final class SnapshotOperations {
    /// The number of the operation that saves.
    public static final long SAVE = 0;
    /// The number of the operation that restores.
    public static final long RESTORE = 1;

    /// Archives that are being received at the same time, each in a temporary file.
    static final int RESTORES = 4;
    /// How long a client that restores may send nothing. Consul waits for ever.
    public static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final System.Logger LOG = System.getLogger("agent.server.snapshot");

    private final ServerView server;
    private final TokenResolver tokens;
    private final Runnable restored;
    private final InstantSource clock;
    private final Semaphore restores = new Semaphore(RESTORES);

    /// Makes the operations.
    /// @param server   whose state it is
    /// @param tokens   finds out who calls
    /// @param restored run when the state was replaced
    /// @param clock    for the times in archives
    public SnapshotOperations(ServerView server, TokenResolver tokens, Runnable restored, InstantSource clock) {
        this.server = server;
        this.tokens = tokens;
        this.restored = restored;
        this.clock = clock;
    }

    /// Lets a request pass whose sender may write ACLs: a snapshot has all tokens in it.
    /// @param request the request
    /// @throws RpcException when its sender may not
    public void requireAllowed(SnapshotRequest request) throws RpcException {
        tokens.resolve(request.token()).require(Resource.ACL, Access.WRITE, Authorizer.UNNAMED);
    }

    /// Takes a picture of the state.
    /// @param request the request
    /// @return the archive, to be written behind the answer
    /// @throws RpcException         when it cannot be taken
    /// @throws InterruptedException when the client has gone
    public SavedArchive save(SnapshotRequest request) throws RpcException, InterruptedException {
        var consensus = server.consensus();
        if (!request.allowStale()) {
            consensus.verifyLeader();
        }
        var snapshot = consensus.snapshot();
        try {
            var now = clock.instant();
            var meta = meta(snapshot, now, SnapshotArchive.sizeOf(snapshot.state()::writeTo));
            var contact = consensus.isLeader() ? Duration.ZERO
                    : consensus.statistics().lastContact().orElse(Duration.ZERO);
            var reply = QueryMeta.ZERO.withIndex(snapshot.index()).withLastContact(contact)
                    .withKnownLeader(consensus.leader().map(ServerInfo::id).isPresent());
            return new SavedArchive(reply, meta, snapshot, now);
        } catch (IOException e) {
            throw new RpcException("Raft error when taking snapshot: " + e.getMessage(), e);
        }
    }

    private static SnapshotMeta meta(LogSnapshot snapshot, Instant now, long size) {
        var peers = new MsgpackWriter();
        peers.writeArrayHeader(snapshot.servers().size());
        snapshot.servers().forEach(peer -> peers.writeString(peer.address()));
        var servers = snapshot.servers().stream()
                .map(peer -> new SnapshotServer(0, peer.id(), peer.address())).toList();
        return new SnapshotMeta(1, snapshot.term() + "-" + snapshot.index() + "-" + now.toEpochMilli(),
                snapshot.index(), snapshot.term(), Bytes.of(peers.toByteArray()), new SnapshotPeers(servers),
                snapshot.configurationIndex(), size);
    }

    /// An archive that is made while it is written.
    /// @param meta     of the answer in front of it
    /// @param place    of the archive
    /// @param snapshot the state
    /// @param taken    when
    public record SavedArchive(QueryMeta meta, SnapshotMeta place, LogSnapshot snapshot, Instant taken) {
        /// Writes it.
        /// @param out where to
        /// @throws IOException when the client does not take it
        public void writeTo(OutputStream out) throws IOException {
            SnapshotArchive.write(place, snapshot.state()::writeTo, taken, out);
        }
    }

    /// Replaces the state by that of an archive, once all of it was received and checked.
    /// @param request    the request
    /// @param connection where the archive comes from, to its end
    /// @throws RpcException         when the archive or the request is not good; nothing has changed
    /// @throws IOException          when the connection fails
    /// @throws InterruptedException when the client has gone
    public void restore(SnapshotRequest request, Connection connection)
            throws RpcException, IOException, InterruptedException {
        if (request.allowStale()) {
            throw new RpcException("stale not allowed for restore");
        }
        if (!restores.tryAcquire()) {
            throw new RpcException("there are " + RESTORES + " restores at work already; try again when they are done");
        }
        try {
            receiveAndRestore(connection);
        } finally {
            restores.release();
        }
    }

    private void receiveAndRestore(Connection connection) throws RpcException, IOException, InterruptedException {
        try (var state = temporaryFile()) {
            connection.readTimeout(PATIENCE);
            var meta = receive(connection, state);
            connection.readTimeout(Duration.ZERO);
            state.position(0);
            server.consensus().restore(meta.index(), new BufferedInputStream(Channels.newInputStream(state)));
            restored.run();
            LOG.log(INFO, () -> "restored snapshot " + meta.id() + ", index " + meta.index() + ": " + connection);
        }
    }

    /// Readable by its owner only, and gone when it is closed.
    private static FileChannel temporaryFile() throws RpcException {
        try {
            return FileChannel.open(Files.createTempFile("proconsul-restore-", ".state"), StandardOpenOption.READ,
                    StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw new RpcException("failed to create temp snapshot file: " + e.getMessage(), e);
        }
    }

    private static SnapshotMeta receive(Connection connection, FileChannel state) throws RpcException {
        try {
            var file = Channels.newOutputStream(state);
            return SnapshotArchive.read(connection.input(), SnapshotArchive.LONGEST_STATE, in -> in.transferTo(file));
        } catch (IOException e) {
            throw new RpcException(String.valueOf(e.getMessage()), e);
        }
    }

    /// {@return a number as Go's `%q` writes it, which peers of other makes do}
    /// @param op number of an operation
    public static String quoted(long op) {
        if (op < 0 || op > Character.MAX_CODE_POINT) {
            return "'\ufffd'";
        }
        int c = (int) op;
        return "'" + switch (c) {
            case 7 -> "\\a";
            case '\b' -> "\\b";
            case '\t' -> "\\t";
            case '\n' -> "\\n";
            case 11 -> "\\v";
            case '\f' -> "\\f";
            case '\r' -> "\\r";
            case '\'', '\\' -> "\\" + (char) c;
            default -> printable(c) ? Character.toString(c) : escaped(c);
        } + "'";
    }

    private static boolean printable(int c) {
        return c == ' ' || switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE,
                    Character.UNASSIGNED, Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String escaped(int c) {
        return (c < ' ' || c == 0x7f ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(c);
    }
}
