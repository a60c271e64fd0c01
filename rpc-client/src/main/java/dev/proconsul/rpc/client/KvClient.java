package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.IndexedDirEntries;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyListRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The service `KVS`: keys and values. Keys are text without further rules; values are bytes.
public final class KvClient {
    private final RpcClient client;
    private final CallOptions options;

    KvClient(RpcClient client, CallOptions options) {
        this.client = client;
        this.options = options;
    }

    /// {@return this facade with other options}
    /// @param newOptions of all its calls
    public KvClient with(CallOptions newOptions) {
        return new KvClient(client, newOptions);
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

    private boolean apply(KVOp op, DirEntry entry) throws CallException, InterruptedException {
        return client.call(KVS.APPLY, new KVSRequest(options.datacenter(), op, entry, options.write()));
    }

    /// {@return the entry of a key; empty when there is none}
    /// @param key any text
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<DirEntry> get(String key) throws CallException, InterruptedException {
        return client.call(KVS.GET, request(key, 0, Duration.ZERO)).entries().stream().findFirst();
    }

    /// {@return the entries whose keys begin with a prefix, in the order of their keys' bytes}
    /// @param prefix any text
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<DirEntry> list(String prefix) throws CallException, InterruptedException {
        return client.call(KVS.LIST, request(prefix, 0, Duration.ZERO)).entries();
    }

    /// {@return the keys that begin with a prefix, in the order of their bytes}
    /// @param prefix    any text
    /// @param separator where to cut keys, so that only one level shows; empty to cut none
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<String> keys(String prefix, String separator) throws CallException, InterruptedException {
        var request = new KeyListRequest(options.datacenter(), prefix, separator, options.query());
        return client.call(KVS.LIST_KEYS, request).keys();
    }

    /// Watches one key.
    ///
    /// @param key any text
    /// @return its entry, and its entry after each change; empty while there is none
    public Watch<Optional<DirEntry>> watch(String key) {
        return new Watch<>((index, wait) -> {
            var reply = client.call(KVS.GET, request(key, index, wait));
            return answer(reply, reply.entries().stream().findFirst());
        });
    }

    /// Watches the keys that begin with a prefix.
    ///
    /// @param prefix any text
    /// @return the entries, and the entries after each change
    public Watch<List<DirEntry>> watchPrefix(String prefix) {
        return new Watch<>((index, wait) -> {
            var reply = client.call(KVS.LIST, request(prefix, index, wait));
            return answer(reply, reply.entries());
        });
    }

    private static <T> Watch.Answer<T> answer(IndexedDirEntries reply, T value) {
        return new Watch.Answer<>(value, reply.queryMeta().index());
    }

    private KeyRequest request(String key, long index, Duration wait) {
        return new KeyRequest(options.datacenter(), key,
                options.query().withMinQueryIndex(index).withMaxQueryTime(wait));
    }
}
