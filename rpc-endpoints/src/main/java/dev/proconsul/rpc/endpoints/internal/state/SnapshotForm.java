package dev.proconsul.rpc.endpoints.internal.state;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.structs.IndexEntry;
import dev.proconsul.rpc.structs.LogTypes;
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
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// The form of a [Version] in a snapshot, as Consul's servers write and read it. Knows no table.
///
/// Records of kinds that are not here, which are those of the enterprise edition, are passed over, and told in the log:
/// they are not in the restored state.
///
/// Source: Consul `agent/consul/fsm`; the order is that of endpoints section 7.2. Immutable.
public final class SnapshotForm {
    private static final System.Logger LOG = System.getLogger("agent.server.snapshot");

    private final List<RecordKind<?>> kinds;
    private final Map<Integer, RecordKind<?>> byType;
    private final Consumer<Restoration> derive;

    /// Describes a form.
    /// @param kinds  the records, in the order in which they are written; index entries come behind them
    /// @param derive adds to all that was restored what follows from it
    public SnapshotForm(List<RecordKind<?>> kinds, Consumer<Restoration> derive) {
        this.kinds = new ArrayList<>(kinds);
        this.kinds.add(new RecordKind<>(16, IndexEntry.CODEC, SnapshotForm::indexes,
                (restoration, entry) -> restoration.entry(entry.key(), entry.value())));
        this.derive = derive;
        byType = this.kinds.stream().collect(Collectors.toUnmodifiableMap(RecordKind::type, kind -> kind));
    }

    void write(Version version, OutputStream out) throws IOException {
        var writer = new SnapshotWriter(new SnapshotHeader(version.lastIndex()), out);
        for (var kind : kinds) {
            kind.write(version, writer);
        }
        writer.flush();
    }

    Version read(InputStream in) throws IOException {
        var reader = new SnapshotReader(in);
        var restoration = new Restoration(reader.header().lastIndex());
        var passedOver = new TreeMap<Integer, Integer>();
        while (reader.next()) {
            var kind = byType.get(reader.type());
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
        derive.accept(restoration);
        return restoration.rows();
    }

    private static String named(Map<Integer, Integer> counts) {
        var names = new ArrayList<String>();
        counts.forEach((type, count) -> names.add(count + " of type "
                + LogTypes.numbered(type).map(Object::toString).orElse(type + " (enterprise)")));
        return String.join(", ", names);
    }

    private static Iterable<IndexEntry> indexes(Version version) {
        var all = version.tree(Index.ENTRIES);
        var entries = new ArrayList<IndexEntry>(all.size());
        for (var cursor = all.cursor(Keys.NONE); cursor.advance();) {
            entries.add(new IndexEntry(Keys.text(cursor.key()), cursor.value()));
        }
        return entries;
    }
}
