package dev.proconsul.rpc.endpoints.internal.state;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.IndexEntry;
import dev.proconsul.rpc.structs.LogTypes;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SnapshotHeader;
import dev.proconsul.rpc.structs.SnapshotReader;
import dev.proconsul.rpc.structs.SnapshotWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The form of a [Version] in a snapshot, as Consul's servers write and read it.
///
/// Records of kinds that this server has no table for are passed over, and told in the log: what a snapshot of another
/// server holds beyond them is not in the restored state.
///
/// Source: Consul `agent/consul/fsm`; the order is that of endpoints section 7.2.
final class SnapshotForm {
    private static final System.Logger LOG = System.getLogger("agent.server.snapshot");
    private static final byte[] ALL = {};

    /// In the order in which they are written.
    private static final List<RecordKind<?>> KINDS = List.of(
            new RecordKind<>(3, Session.CODEC, version -> version.sessionTable().byId().values(ALL),
                    Restoration::session),
            new RecordKind<>(2, DirEntry.CODEC, version -> version.kv().entries().values(ALL), Restoration::entry),
            new RecordKind<>(5, DirEntry.CODEC, SnapshotForm::tombstones, Restoration::tombstone),
            new RecordKind<>(16, IndexEntry.CODEC, SnapshotForm::indexes, Restoration::index));

    private static final Map<Integer, RecordKind<?>> BY_TYPE =
            KINDS.stream().collect(Collectors.toUnmodifiableMap(RecordKind::type, kind -> kind));

    private SnapshotForm() {}

    static void write(Version version, OutputStream out) throws IOException {
        var writer = new SnapshotWriter(new SnapshotHeader(version.lastIndex()), out);
        for (var kind : KINDS) {
            kind.write(version, writer);
        }
        writer.flush();
    }

    static Version read(InputStream in) throws IOException {
        var reader = new SnapshotReader(in);
        var restoration = new Restoration();
        var passedOver = new TreeMap<Integer, Integer>();
        while (reader.next()) {
            var kind = BY_TYPE.get(reader.type());
            if (kind == null) {
                reader.skip();
                passedOver.merge(reader.type(), 1, Integer::sum);
            } else {
                kind.read(reader, restoration);
            }
        }
        if (!passedOver.isEmpty()) {
            LOG.log(WARNING, () -> "the snapshot has records that this server has no table for, and they are not "
                    + "restored: " + named(passedOver));
        }
        return restoration.version();
    }

    private static String named(Map<Integer, Integer> counts) {
        var names = new ArrayList<String>();
        counts.forEach((type, count) -> names.add(count + " of type "
                + LogTypes.numbered(type).map(Object::toString).orElse(type + " (enterprise)")));
        return String.join(", ", names);
    }

    private static Iterable<DirEntry> tombstones(Version version) {
        var entries = new ArrayList<DirEntry>(version.kv().tombstones().size());
        for (var tombstone : version.kv().tombstones().values(ALL)) {
            entries.add(DirEntry.ZERO.withKey(Keys.text(tombstone.key()))
                    .withRaftIndex(new RaftIndex(0, tombstone.index())));
        }
        return entries;
    }

    private static Iterable<IndexEntry> indexes(Version version) {
        var entries = new ArrayList<IndexEntry>(version.indexes().size());
        for (var cursor = version.indexes().cursor(ALL); cursor.advance();) {
            entries.add(new IndexEntry(Keys.text(cursor.key()), cursor.value()));
        }
        return entries;
    }
}
