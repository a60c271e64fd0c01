package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.IndexedDirEntries;
import dev.proconsul.rpc.structs.IndexedKeyList;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyListRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import java.util.List;
import java.util.Optional;

/// The service `KVS`: keys and values. Keys are text without further rules; values are bytes.
public final class KvClient {
    private final Ask ask;

    KvClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param newOptions of all its calls
    public KvClient with(CallOptions newOptions) {
        return new KvClient(ask.with(newOptions));
    }

    /// Stores a value.
    ///
    /// @param key   not empty
    /// @param value any bytes
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void put(String key, byte[] value) throws CallException, InterruptedException {
        apply(KVOp.SET, DirEntry.ZERO.withKey(key).withValue(Bytes.of(value)));
    }

    /// Stores a value if the key has not changed since it was read.
    ///
    /// @param key         not empty
    /// @param value       any bytes
    /// @param modifyIndex of the entry as it was read; 0 if there must be none
    /// @return whether the value was stored
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public boolean compareAndSet(String key, byte[] value, long modifyIndex)
            throws CallException, InterruptedException {
        var entry = DirEntry.ZERO.withKey(key).withValue(Bytes.of(value));
        return apply(KVOp.CAS, entry.withRaftIndex(entry.raftIndex().withModifyIndex(modifyIndex)));
    }

    /// Removes a key, if it is there.
    ///
    /// @param key not empty
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void delete(String key) throws CallException, InterruptedException {
        apply(KVOp.DELETE, DirEntry.ZERO.withKey(key));
    }

    /// Removes every key that begins with a prefix.
    ///
    /// @param prefix any text; the empty one removes everything
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void deleteTree(String prefix) throws CallException, InterruptedException {
        apply(KVOp.DELETE_TREE, DirEntry.ZERO.withKey(prefix));
    }

    /// Removes a key if it has not changed since it was read.
    ///
    /// @param key         not empty
    /// @param modifyIndex of the entry as it was read
    /// @return whether the key was removed
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public boolean compareAndDelete(String key, long modifyIndex) throws CallException, InterruptedException {
        var entry = DirEntry.ZERO.withKey(key);
        return apply(KVOp.DELETE_CAS, entry.withRaftIndex(entry.raftIndex().withModifyIndex(modifyIndex)));
    }

    /// Stores a value and takes the key's lock for a session, if nobody else has it and no delay is running.
    ///
    /// @param key     not empty
    /// @param value   any bytes
    /// @param session id of a living session
    /// @return whether the session has the lock now
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public boolean lock(String key, byte[] value, String session) throws CallException, InterruptedException {
        return apply(KVOp.LOCK, DirEntry.ZERO.withKey(key).withValue(Bytes.of(value)).withSession(session));
    }

    /// Stores a value and gives the key's lock back, if the session has it.
    ///
    /// @param key     not empty
    /// @param value   any bytes
    /// @param session that took the lock
    /// @return whether the session had the lock
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public boolean unlock(String key, byte[] value, String session) throws CallException, InterruptedException {
        return apply(KVOp.UNLOCK, DirEntry.ZERO.withKey(key).withValue(Bytes.of(value)).withSession(session));
    }

    private boolean apply(KVOp op, DirEntry entry) throws CallException, InterruptedException {
        return ask.call(KVS.APPLY, new KVSRequest(ask.datacenter(), op, entry, ask.write()));
    }

    /// {@return the entry of a key; empty when there is none}
    /// @param key any text
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<DirEntry> get(String key) throws CallException, InterruptedException {
        return ask.read(KVS.GET, key(key)).entries().stream().findFirst();
    }

    /// {@return the entries whose keys begin with a prefix, in the order of their keys' bytes}
    /// @param prefix any text
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<DirEntry> list(String prefix) throws CallException, InterruptedException {
        return ask.read(KVS.LIST, key(prefix)).entries();
    }

    /// {@return the keys that begin with a prefix, in the order of their bytes}
    /// @param prefix    any text
    /// @param separator where to cut keys, so that only one level shows; empty to cut none
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<String> keys(String prefix, String separator) throws CallException, InterruptedException {
        return ask.read(KVS.LIST_KEYS, names(prefix, separator)).keys();
    }

    /// Watches one key.
    ///
    /// @param key any text
    /// @return its entry; empty while there is none. To be closed by the caller
    public Watch<Optional<DirEntry>> watch(String key) {
        return ask.watch(KVS.GET, key(key), reply -> reply.entries().stream().findFirst());
    }

    /// Watches the keys that begin with a prefix.
    ///
    /// @param prefix any text
    /// @return their entries, in the order of the keys' bytes. To be closed by the caller
    public Watch<List<DirEntry>> watchPrefix(String prefix) {
        return ask.watch(KVS.LIST, key(prefix), IndexedDirEntries::entries);
    }

    /// Watches which keys begin with a prefix, not what they hold.
    ///
    /// @param prefix    any text
    /// @param separator where to cut keys; empty to cut none
    /// @return the keys, as [#keys] has them. To be closed by the caller
    public Watch<List<String>> watchKeys(String prefix, String separator) {
        return ask.watch(KVS.LIST_KEYS, names(prefix, separator), IndexedKeyList::keys);
    }

    private Ask.Question<KeyRequest> key(String key) {
        return query -> new KeyRequest(ask.datacenter(), key, query);
    }

    private Ask.Question<KeyListRequest> names(String prefix, String separator) {
        return query -> new KeyListRequest(ask.datacenter(), prefix, separator, query);
    }
}
