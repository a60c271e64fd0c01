package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.structs.LogType;
import dev.proconsul.rpc.structs.LogTypes;
import dev.proconsul.rpc.structs.SnapshotArchive;
import dev.proconsul.rpc.structs.SnapshotMeta;
import dev.proconsul.rpc.structs.SnapshotReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a snapshot holds: of which place in the log it is, and how many records of each type.
///
/// @param meta    the place
/// @param records by type, the largest first
record Inspection(SnapshotMeta meta, List<Records> records) {
    /// Records of one type.
    /// @param type  name of the type
    /// @param count how many there are
    /// @param size  how many bytes they have together
    record Records(String type, long count, long size) {
        Records plus(long more) {
            return new Records(type, count + 1, size + more);
        }
    }

    /// Reads an archive to its end, and checks all of it.
    static Inspection of(InputStream archive) throws IOException {
        var byType = new TreeMap<Integer, Records>();
        var meta = SnapshotArchive.read(archive, SnapshotArchive.LONGEST_STATE, state -> count(state, byType));
        var records = new ArrayList<>(byType.values());
        records.sort((a, b) -> Long.compare(b.size(), a.size()));
        return new Inspection(meta, List.copyOf(records));
    }

    private static void count(InputStream state, Map<Integer, Records> byType) throws IOException {
        var reader = new SnapshotReader(state);
        for (long begin = reader.position(); reader.next(); begin = reader.position()) {
            reader.skip();
            long size = reader.position() - begin;
            byType.merge(reader.type(), new Records(name(reader.type()), 1, size), (old, _) -> old.plus(size));
        }
    }

    private static String name(int type) {
        return LogTypes.numbered(type).map(LogType::name).orElse("type " + type);
    }

    String text() {
        var text = new StringBuilder();
        text.append(line("ID", meta.id())).append(line("Size", Long.toString(meta.size())))
                .append(line("Index", Long.toUnsignedString(meta.index())))
                .append(line("Term", Long.toUnsignedString(meta.term())))
                .append(line("Version", Long.toString(meta.version()))).append('\n')
                .append(row("Type", "Count", "Size"));
        records.forEach(row -> text.append(row(row.type(), Long.toString(row.count()), Long.toString(row.size()))));
        return text.append(row("Total", Long.toString(records.stream().mapToLong(Records::count).sum()),
                Long.toString(total()))).toString();
    }

    private long total() {
        return records.stream().mapToLong(Records::size).sum();
    }

    private static String line(String name, String value) {
        return "%-10s %s%n".formatted(name, value);
    }

    private static String row(String type, String count, String size) {
        return String.format(Locale.ROOT, "%-24s %10s %12s%n", type, count, size);
    }

    Map<String, @Nullable Object> json() {
        var all = new LinkedHashMap<String, @Nullable Object>();
        all.put("Meta", SnapshotMeta.CODEC.toJson(meta));
        var rows = new ArrayList<Map<String, Object>>();
        for (var row : records) {
            var members = new LinkedHashMap<String, Object>();
            members.put("Type", row.type());
            members.put("Count", row.count());
            members.put("Size", row.size());
            rows.add(members);
        }
        all.put("Records", rows);
        all.put("TotalSize", total());
        return all;
    }
}
