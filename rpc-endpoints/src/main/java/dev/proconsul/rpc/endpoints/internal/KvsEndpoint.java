package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.Consensus;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.state.KvsCommand;
import dev.proconsul.rpc.endpoints.internal.state.StateStore;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.IndexedDirEntries;
import dev.proconsul.rpc.structs.IndexedKeyList;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyListRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.Nil;
import java.util.List;
import java.util.Set;

/// The service `KVS`: keys and values.
///
/// Source: Consul `agent/consul/kvs_endpoint.go`.
public final class KvsEndpoint {
    /// Verbs that pass the first check. Those that only read belong to transactions, and fail when they are applied.
    private static final Set<KVOp> KNOWN = Set.of(
            KVOp.SET, KVOp.DELETE, KVOp.DELETE_CAS, KVOp.DELETE_TREE, KVOp.CAS, KVOp.LOCK, KVOp.UNLOCK, KVOp.GET,
            KVOp.GET_OR_EMPTY, KVOp.GET_TREE, KVOp.CHECK_SESSION, KVOp.CHECK_INDEX, KVOp.CHECK_NOT_EXISTS);

    private final StateStore store;
    private final Consensus consensus;
    private final BlockingQueries queries;
    private final Forwarding forwarding;

    /// Makes the service.
    /// @param store      what is read
    /// @param consensus  where writes go
    /// @param queries    runs reads, and lets them wait
    /// @param forwarding knows the datacenter
    public KvsEndpoint(StateStore store, Consensus consensus, BlockingQueries queries, Forwarding forwarding) {
        this.store = store;
        this.consensus = consensus;
        this.queries = queries;
        this.forwarding = forwarding;
    }

    /// {@return its methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                new Endpoint<>(KVS.APPLY, (request, _) -> apply(request)),
                new Endpoint<>(KVS.GET, (request, _) -> get(request)),
                new Endpoint<>(KVS.LIST, (request, _) -> list(request)),
                new Endpoint<>(KVS.LIST_KEYS, (request, _) -> listKeys(request)));
    }

    private boolean apply(KVSRequest request) throws RpcException, InterruptedException {
        forwarding.requireLocal(request.datacenter());
        if (request.dirEnt().key().isEmpty() && !request.op().equals(KVOp.DELETE_TREE)) {
            throw new RpcException("Must provide key");
        }
        if (!KNOWN.contains(request.op())) {
            throw new RpcException("unknown KV operation: " + request.op().name());
        }
        if (request.op().equals(KVOp.LOCK) && store.lockDelay(request.dirEnt().key()).isPositive()) {
            return false;
        }
        return switch (consensus.apply(new KvsCommand(request))) {
            case Boolean applied -> applied;
            case RpcException refused -> throw new RpcException("raft apply failed: " + refused.getMessage(), refused);
            default -> false; // a verb that cannot fail says nothing, and nothing reads as false on the wire
        };
    }

    private IndexedDirEntries get(KeyRequest request) throws RpcException, InterruptedException {
        forwarding.requireLocal(request.datacenter());
        var reply = queries.ask(request.queryOptions(), (version, reads) -> {
            var found = version.get(request.key(), reads);
            return found.value().isPresent()
                    ? Result.found(found.index(), found.value().stream().toList())
                    : Result.<List<DirEntry>>notFound(found.index(), Nil.list());
        });
        return new IndexedDirEntries(reply.value(), reply.meta());
    }

    private IndexedDirEntries list(KeyRequest request) throws RpcException, InterruptedException {
        forwarding.requireLocal(request.datacenter());
        var reply = queries.ask(request.queryOptions(), (version, reads) -> found(version.list(request.key(), reads)));
        return new IndexedDirEntries(reply.value(), reply.meta());
    }

    private IndexedKeyList listKeys(KeyListRequest request) throws RpcException, InterruptedException {
        forwarding.requireLocal(request.datacenter());
        var reply = queries.ask(request.queryOptions(),
                (version, reads) -> found(version.listKeys(request.prefix(), request.seperator(), reads)));
        return new IndexedKeyList(reply.value(), reply.meta());
    }

    /// An empty list is nil on the wire.
    private static <T> Result<List<T>> found(Indexed<List<T>> rows) {
        return Result.found(rows.index(), rows.value().isEmpty() ? Nil.list() : rows.value());
    }
}
