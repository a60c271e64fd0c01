package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Filtered;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.tables.KvReads;
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

    private final Host host;

    /// Makes the service.
    /// @param host what it runs in
    public KvsEndpoint(Host host) {
        this.host = host;
    }

    /// {@return its methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(KVS.APPLY, this::apply),
                host.endpoint(KVS.GET, this::get),
                host.endpoint(KVS.LIST, this::list),
                host.endpoint(KVS.LIST_KEYS, this::listKeys));
    }

    private boolean apply(KVSRequest request, Authorizer caller) throws RpcException, InterruptedException {
        precheck(request.op(), request.dirEnt(), caller);
        if (request.op().equals(KVOp.LOCK) && host.store().lockDelay(request.dirEnt().key()).isPositive()) {
            return false;
        }
        // A verb that cannot fail says nothing, and nothing reads as false on the wire.
        return host.apply(Commands.KVS, request, "raft apply failed: ") instanceof Boolean applied && applied;
    }

    /// What is refused before a write goes into the log; for transactions as well.
    static void precheck(KVOp op, DirEntry entry, Authorizer caller) throws RpcException {
        if (entry.key().isEmpty() && !op.equals(KVOp.DELETE_TREE)) {
            throw new RpcException("Must provide key");
        }
        if (!KNOWN.contains(op)) {
            throw new RpcException("unknown KV operation: " + op.name());
        }
        switch (op.name()) {
            case "delete-tree" -> {
                if (!caller.mayAll(Resource.KEY, Access.WRITE, entry.key())) {
                    throw caller.denied(Resource.KEY, Access.WRITE, entry.key());
                }
            }
            case "get", "get-tree", "get-or-empty" -> {
                // What may not be read is left out of the result.
            }
            case "check-session", "check-index" -> caller.require(Resource.KEY, Access.READ, entry.key());
            default -> caller.require(Resource.KEY, Access.WRITE, entry.key());
        }
    }

    private IndexedDirEntries get(KeyRequest request, Authorizer caller) throws RpcException, InterruptedException {
        return host.queries().ask(KVS.GET, request, caller, state -> {
            var found = KvReads.get(state, request.key());
            caller.require(Resource.KEY, Access.READ, request.key());
            return found.value().isPresent()
                    ? Result.found(found.index(), IndexedDirEntries.ZERO.withEntries(found.value().stream().toList()))
                    : Result.notFound(found.index(), IndexedDirEntries.ZERO);
        });
    }

    private IndexedDirEntries list(KeyRequest request, Authorizer caller) throws RpcException, InterruptedException {
        caller.require(Resource.KEY, Access.LIST, request.key());
        return host.queries().ask(KVS.LIST, request, caller, state -> {
            var found = KvReads.list(state, request.key());
            var allowed = readable(found.value(), caller);
            return Result.found(found.index(), IndexedDirEntries.ZERO.withEntries(nilIfEmpty(allowed.rows())))
                    .filtered(allowed.removed());
        });
    }

    private IndexedKeyList listKeys(KeyListRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        caller.require(Resource.KEY, Access.LIST, request.prefix());
        return host.queries().ask(KVS.LIST_KEYS, request, caller, state -> {
            var found = KvReads.list(state, request.prefix());
            var allowed = readable(found.value(), caller);
            var keys = KvReads.keysOf(allowed.rows(), request.prefix(), request.seperator());
            return Result.found(found.index(), IndexedKeyList.ZERO.withKeys(nilIfEmpty(keys)))
                    .filtered(allowed.removed());
        });
    }

    private static Filtered<DirEntry> readable(List<DirEntry> entries, Authorizer caller) {
        return Filtered.of(entries, entry -> caller.may(Resource.KEY, Access.READ, entry.key()));
    }

    /// An empty list is nil on the wire.
    private static <T> List<T> nilIfEmpty(List<T> rows) {
        return rows.isEmpty() ? Nil.list() : rows;
    }
}
