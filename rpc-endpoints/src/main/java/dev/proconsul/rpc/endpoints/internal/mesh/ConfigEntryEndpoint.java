package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Filtered;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.commands.MeshCommands;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.EntryParts;
import dev.proconsul.rpc.structs.ConfigEntries;
import dev.proconsul.rpc.structs.ConfigEntry;
import dev.proconsul.rpc.structs.ConfigEntryDeleteResponse;
import dev.proconsul.rpc.structs.ConfigEntryListAllRequest;
import dev.proconsul.rpc.structs.ConfigEntryQuery;
import dev.proconsul.rpc.structs.ConfigEntryRequest;
import dev.proconsul.rpc.structs.ConfigEntryResponse;
import dev.proconsul.rpc.structs.IndexedConfigEntries;
import dev.proconsul.rpc.structs.IndexedGenericConfigEntries;
import dev.proconsul.rpc.structs.ServiceConfigRequest;
import dev.proconsul.rpc.structs.ServiceConfigResponse;
import java.util.ArrayList;
import java.util.List;

/// The service `ConfigEntry`: settings of services, proxies and the mesh.
///
/// Source: Consul `agent/consul/config_endpoint.go`.
public final class ConfigEntryEndpoint {
    /// Kinds that `ListAll` means when it is told none.
    private static final int FIRST_KINDS = 7;

    private final Host host;

    /// Makes the service.
    /// @param host what it runs in
    public ConfigEntryEndpoint(Host host) {
        this.host = host;
    }

    /// {@return its methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(ConfigEntries.APPLY, this::apply),
                host.endpoint(ConfigEntries.DELETE, this::delete),
                host.endpoint(ConfigEntries.GET, this::get),
                host.endpoint(ConfigEntries.LIST, this::list),
                host.endpoint(ConfigEntries.LIST_ALL, this::listAll),
                host.endpoint(ConfigEntries.RESOLVE_SERVICE_CONFIG, this::resolve));
    }

    private static ConfigEntry entryOf(ConfigEntryRequest request) throws RpcException {
        var entry = request.entry();
        if (entry == null) {
            throw new RpcException("invalid config entry kind: ");
        }
        return EntryRules.normalized(entry);
    }

    private boolean apply(ConfigEntryRequest request, Authorizer caller) throws RpcException, InterruptedException {
        var entry = entryOf(request);
        EntryRules.check(entry);
        EntryRights.requireWrite(caller, entry);
        boolean cas = request.op().equals("upsert-cas");
        var stored = ConfigEntryReads.get(host.store().current(), entry.kindName(), entry.name());
        if (!cas && stored.isPresent() && EntryRules.isSame(stored.get(), entry)) {
            return true;
        }
        return host.apply(MeshCommands.CONFIG_ENTRY, request.withEntry(entry).withOp(cas ? "upsert-cas" : "upsert"))
                instanceof Boolean done && done;
    }

    private ConfigEntryDeleteResponse delete(ConfigEntryRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        var entry = entryOf(request);
        EntryRights.requireWrite(caller, entry);
        boolean cas = request.op().equals("delete-cas");
        var stored = ConfigEntryReads.get(host.store().current(), entry.kindName(), entry.name());
        if (stored.isEmpty()) {
            return new ConfigEntryDeleteResponse(true);
        }
        return new ConfigEntryDeleteResponse(host.apply(MeshCommands.CONFIG_ENTRY,
                request.withEntry(entry).withOp(cas ? "delete-cas" : "delete")) instanceof Boolean done && done);
    }

    private ConfigEntryResponse get(ConfigEntryQuery request, Authorizer caller)
            throws RpcException, InterruptedException {
        EntryRules.requireKind(request.kind());
        EntryRights.requireRead(caller, request.kind(), request.name());
        return host.queries().ask(ConfigEntries.GET, request, caller, state -> {
            var found = ConfigEntryReads.get(state, request.kind(), request.name());
            long index = found.map(entry -> EntryParts.raftIndex(entry).modifyIndex())
                    .orElse(ConfigEntryReads.index(state));
            return found.isEmpty() ? Result.notFound(index, ConfigEntryResponse.ZERO)
                    : Result.found(index, ConfigEntryResponse.ZERO.withEntry(found.get()));
        });
    }

    private IndexedConfigEntries list(ConfigEntryQuery request, Authorizer caller)
            throws RpcException, InterruptedException {
        if (!request.kind().isEmpty()) {
            EntryRules.requireKind(request.kind());
        }
        Mesh.unless(request.queryOptions().filter().isEmpty(),
                "filtering not supported for config entry kind=" + request.kind());
        return host.queries().ask(ConfigEntries.LIST, request, caller, state -> {
            var visible = visible(ConfigEntryReads.list(state, request.kind()), caller);
            // The form of the reply has one kind for all: with several, Consul's callers fail to read it, so.
            Mesh.unless(!request.kind().isEmpty() || visible.rows().isEmpty(), "invalid config entry kind: ");
            var reply = IndexedConfigEntries.ZERO.withKind(request.kind()).withEntries(visible.rows());
            long index = ConfigEntryReads.index(state);
            return (visible.rows().isEmpty() ? Result.notFound(index, reply) : Result.found(index, reply))
                    .onlyIfChanged().filtered(visible.removed());
        });
    }

    private IndexedGenericConfigEntries listAll(ConfigEntryListAllRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        var kinds = request.kinds().isEmpty() ? EntryRules.KINDS.subList(0, FIRST_KINDS) : request.kinds();
        return host.queries().ask(ConfigEntries.LIST_ALL, request, caller, state -> {
            var entries = new ArrayList<ConfigEntry>();
            for (var entry : ConfigEntryReads.list(state, "")) {
                if (kinds.contains(entry.kindName())) {
                    entries.add(entry);
                }
            }
            var visible = visible(entries, caller);
            return Result.found(ConfigEntryReads.index(state),
                    IndexedGenericConfigEntries.ZERO.withEntries(visible.rows())).filtered(visible.removed());
        });
    }

    private static Filtered<ConfigEntry> visible(List<ConfigEntry> entries, Authorizer caller) {
        return Filtered.of(entries, entry -> EntryRights.mayRead(caller, entry.kindName(), entry.name()));
    }

    private ServiceConfigResponse resolve(ServiceConfigRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        caller.require(Resource.SERVICE, Access.READ, request.name());
        return host.queries().ask(ConfigEntries.RESOLVE_SERVICE_CONFIG, request, caller, state -> {
            var merged = new ServiceSettings(state, request);
            long index = ConfigEntryReads.index(state);
            var reply = merged.reply();
            return (merged.isDefault() ? Result.notFound(index, reply) : Result.found(index, reply)).onlyIfChanged();
        });
    }
}
