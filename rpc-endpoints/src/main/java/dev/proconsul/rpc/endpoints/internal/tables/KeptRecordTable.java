package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;

/// Records of a restored snapshot that nothing here reads: they are kept, so that the next snapshot has them again.
public final class KeptRecordTable {
    /// By type, and in the order in which they came.
    public static final Index<KeptRecord> BY_TYPE = Index.of("kept records by type",
            row -> Keys.of(type(row.type()), String.format("%010d", row.position())));
    /// The table; Consul has none, and no index entry for it.
    public static final Table<KeptRecord> TABLE = Table.of("kept-records", BY_TYPE).uncounted();

    private KeptRecordTable() {}

    /// {@return the first part of the key}
    /// @param number of the type
    public static String type(int number) {
        return String.format("%03d", number);
    }

    /// A record.
    ///
    /// @param type     number of its type
    /// @param position place among all kept records, from 0
    /// @param value    what it holds, as the codec of its type gives it
    public record KeptRecord(int type, int position, Object value) {}
}
