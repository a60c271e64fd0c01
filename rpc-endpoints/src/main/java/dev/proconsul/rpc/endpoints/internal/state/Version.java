package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The whole state after some command of the log.
///
/// Every read names what it read to `reads` *before* it looks, whether it finds something or not; a [WatchSet] takes
/// them, and [#UNWATCHED] is for readers that will not wait. Reads give the index that the answer carries:
///
/// | read | found | nothing found |
/// |---|---|---|
/// | `get` | `ModifyIndex` of the entry | the greater of the entries `kvs` and `tombstones` |
/// | `list`, `listKeys` | the greatest `ModifyIndex` of a row and index of a tombstone under the prefix | the same |
/// | the same with prefix "" | the greater of the entries `kvs` and `tombstones` | the same |
/// | sessions | the entry `sessions` | the same |
///
/// So a list knows of deletes under its prefix, and is not moved by writes elsewhere; only when there is neither a row
/// nor a tombstone does it fall back to the table.
///
/// Threads: immutable, free to share. It lives as long as somebody refers to it.
///
/// Source: Consul `agent/consul/state/kvs.go`, `graveyard.go`, `session.go`.
public final class Version {
    /// For readers that do not wait for changes.
    public static final Consumer<Topic> UNWATCHED = topic -> {};

    static final Version EMPTY = new Version(KvTable.EMPTY, SessionTable.EMPTY, RadixTree.empty());

    private static final byte[] ALL = {};

    private final KvTable kv;
    private final SessionTable sessions;
    private final RadixTree<Long> indexes;
    private final Object origin;

    /// The first of a line of versions.
    Version(KvTable kv, SessionTable sessions, RadixTree<Long> indexes) {
        this(kv, sessions, indexes, new Object());
    }

    Version(KvTable kv, SessionTable sessions, RadixTree<Long> indexes, Object origin) {
        this.origin = origin;
        this.kv = kv;
        this.sessions = sessions;
        this.indexes = indexes;
    }

    /// Looks an index entry up.
    /// @param table the table
    /// @return log index of the last write that changed the table; 0 when none did
    public long index(Table table) {
        var index = indexes.get(table.entry());
        return index == null ? 0 : index;
    }

    /// Looks a KV entry up.
    /// @param key   its key
    /// @param reads told of the key
    /// @return the entry, if there is one
    public Indexed<Optional<DirEntry>> get(String key, Consumer<? super Topic> reads) {
        byte[] bytes = Keys.exact(key);
        reads.accept(Topic.key(Table.KVS, bytes));
        var entry = kv.entries().get(bytes);
        return entry == null
                ? new Indexed<>(kvIndex(), Optional.empty())
                : new Indexed<>(entry.raftIndex().modifyIndex(), Optional.of(entry));
    }

    /// Lists the KV entries whose keys begin with a prefix.
    /// @param prefix any bytes, no path; "" lists everything
    /// @param reads  told of the prefix
    /// @return the entries in the order of their keys' bytes
    public Indexed<List<DirEntry>> list(String prefix, Consumer<? super Topic> reads) {
        byte[] bytes = Keys.exact(prefix);
        reads.accept(Topic.under(Table.KVS, bytes));
        var found = new ArrayList<DirEntry>();
        long last = bytes.length == 0 ? kvIndex() : kv.lastDeleteUnder(bytes);
        for (var entry : kv.entries().values(bytes)) {
            found.add(entry);
            if (bytes.length > 0) {
                last = Math.max(last, entry.raftIndex().modifyIndex());
            }
        }
        return new Indexed<>(last == 0 ? kvIndex() : last, Collections.unmodifiableList(found));
    }

    /// Lists the keys that begin with a prefix, as one level of a directory if there is a separator.
    /// @param prefix    any bytes; "" lists everything
    /// @param separator where keys are cut: after its first occurrence beyond the prefix; "" cuts nothing
    /// @param reads     told of the prefix
    /// @return the keys in the order of their bytes, each once
    public Indexed<List<String>> listKeys(String prefix, String separator, Consumer<? super Topic> reads) {
        var rows = list(prefix, reads);
        return new Indexed<>(rows.index(), keysOf(rows.value(), prefix, separator));
    }

    /// Takes the keys of listed entries as [#listKeys] does, for callers that must leave some out before.
    /// @param entries   entries of a list, in its order
    /// @param prefix    the prefix of that list
    /// @param separator where keys are cut; "" cuts nothing
    /// @return the keys, each once
    public static List<String> keysOf(List<DirEntry> entries, String prefix, String separator) {
        if (separator.isEmpty()) {
            return entries.stream().map(DirEntry::key).toList();
        }
        int from = Keys.exact(prefix).length;
        byte[] cut = Keys.exact(separator);
        var keys = new ArrayList<String>();
        for (var entry : entries) {
            byte[] bytes = Keys.exact(entry.key());
            int at = Keys.indexOf(bytes, cut, from);
            var key = at < 0 ? entry.key() : Keys.text(Arrays.copyOf(bytes, at + cut.length));
            if (keys.isEmpty() || !keys.getLast().equals(key)) {
                keys.add(key);
            }
        }
        return Collections.unmodifiableList(keys);
    }

    /// Looks a session up.
    /// @param id    its id, in any case
    /// @param reads told of the session
    /// @return the session, if there is one
    public Indexed<Optional<Session>> session(String id, Consumer<? super Topic> reads) {
        byte[] bytes = Keys.folded(id);
        reads.accept(Topic.key(Table.SESSIONS, bytes));
        return new Indexed<>(index(Table.SESSIONS), Optional.ofNullable(sessions.byId().get(bytes)));
    }

    /// Lists all sessions.
    /// @param reads told of the table
    /// @return the sessions in the order of their ids
    public Indexed<List<Session>> sessions(Consumer<? super Topic> reads) {
        reads.accept(Topic.under(Table.SESSIONS, ALL));
        return new Indexed<>(index(Table.SESSIONS), listed(sessions.byId()));
    }

    /// Lists the sessions of a node.
    /// @param node  its name, in any case
    /// @param reads told of the table
    /// @return the sessions in the order of their ids
    public Indexed<List<Session>> sessionsOf(String node, Consumer<? super Topic> reads) {
        reads.accept(Topic.under(Table.SESSIONS, ALL));
        var ofNode = sessions.byNode().get(Keys.folded(node));
        return new Indexed<>(index(Table.SESSIONS), ofNode == null ? List.of() : listed(ofNode));
    }

    /// The greatest index of any table; 0 when nothing was ever written.
    long lastIndex() {
        long last = 0;
        for (long index : indexes.values(ALL)) {
            last = Math.max(last, index);
        }
        return last;
    }

    /// True when this version goes back to the same beginning, or the same restored snapshot, as another.
    /// @param other a version of the same store
    /// @return false when a snapshot was restored between the two, so that indexes of one mean nothing to the other
    public boolean continues(Version other) {
        return origin == other.origin;
    }

    Object origin() {
        return origin;
    }

    KvTable kv() {
        return kv;
    }

    SessionTable sessionTable() {
        return sessions;
    }

    RadixTree<Long> indexes() {
        return indexes;
    }

    /// The rows of a table by primary key, for [Topic].
    RadixTree<?> rows(Table table) {
        return switch (table) {
            case KVS -> kv.entries();
            case TOMBSTONES -> kv.tombstones();
            case SESSIONS -> sessions.byId();
        };
    }

    private long kvIndex() {
        return Math.max(index(Table.KVS), index(Table.TOMBSTONES));
    }

    private static List<Session> listed(RadixTree<Session> tree) {
        var found = new ArrayList<Session>(tree.size());
        tree.values(ALL).forEach(found::add);
        return Collections.unmodifiableList(found);
    }
}
