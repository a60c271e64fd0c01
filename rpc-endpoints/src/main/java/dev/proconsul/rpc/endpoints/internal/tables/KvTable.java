package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.DirEntry;
import java.util.List;

/// Keys and values. Keys are taken as they are: bytes, whose case matters.
public final class KvTable {
    /// By key.
    public static final Index<DirEntry> BY_KEY = Index.of("kvs by key", row -> Keys.exact(row.key()));
    /// By the session that holds the lock.
    public static final Index<DirEntry> BY_SESSION = Index.ofAny("kvs by session",
            row -> row.session().isEmpty() ? List.of() : List.of(Keys.of(row.session())));
    /// The table.
    public static final Table<DirEntry> TABLE = Table.of("kvs", BY_KEY, BY_SESSION);

    private KvTable() {}
}
