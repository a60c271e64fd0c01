package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.structs.DirEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Reads keys and values, and gives the index that the answer carries:
///
/// | read | found | nothing found |
/// |---|---|---|
/// | `get` | `ModifyIndex` of the entry | the greater of the entries `kvs` and `tombstones` |
/// | `list` | the greatest `ModifyIndex` of a row and index of a tombstone under the prefix | the same |
/// | the same with prefix "" | the greater of the entries `kvs` and `tombstones` | the same |
///
/// So a list knows of deletes under its prefix, and is not moved by writes elsewhere; only when there is neither a row
/// nor a tombstone does it fall back to the table. Whoever waits for a key or a prefix is woken by its own changes
/// only.
///
/// Source: Consul `agent/consul/state/kvs.go`, `graveyard.go`.
public final class KvReads {
    private KvReads() {}

    /// Looks an entry up.
    /// @param state where
    /// @param key   its key
    /// @return the entry, if there is one
    public static Indexed<Optional<DirEntry>> get(Reader state, String key) {
        var entry = state.get(KvTable.BY_KEY, Keys.exact(key));
        return entry == null
                ? new Indexed<>(tableIndex(state), Optional.empty())
                : new Indexed<>(entry.raftIndex().modifyIndex(), Optional.of(entry));
    }

    /// Lists the entries whose keys begin with a prefix.
    /// @param state  where
    /// @param prefix any bytes, no path; "" lists everything
    /// @return the entries in the order of their keys' bytes
    public static Indexed<List<DirEntry>> list(Reader state, String prefix) {
        byte[] bytes = Keys.exact(prefix);
        var found = new ArrayList<DirEntry>();
        long last = 0;
        for (var entry : state.under(KvTable.BY_KEY, bytes)) {
            found.add(entry);
            last = Math.max(last, entry.raftIndex().modifyIndex());
        }
        if (bytes.length > 0) {
            for (var tombstone : state.unwatched().under(TombstoneTable.BY_KEY, bytes)) {
                last = Math.max(last, tombstone.index());
            }
        }
        long index = bytes.length == 0 || last == 0 ? tableIndex(state) : last;
        return new Indexed<>(index, Collections.unmodifiableList(found));
    }

    /// Takes the keys of listed entries, as one level of a directory if there is a separator.
    /// @param entries   entries of a list, in its order
    /// @param prefix    the prefix of that list
    /// @param separator where keys are cut: after its first occurrence beyond the prefix; "" cuts nothing
    /// @return the keys in the order of their bytes, each once
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

    /// A delete is always a change of `kvs`, so nothing need be watched for it.
    private static long tableIndex(Reader state) {
        var rows = state.unwatched();
        return Math.max(rows.entry(KvTable.TABLE), rows.entry(TombstoneTable.TABLE));
    }
}
