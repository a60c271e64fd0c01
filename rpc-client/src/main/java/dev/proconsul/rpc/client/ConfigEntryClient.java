package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.CompiledDiscoveryChain;
import dev.proconsul.rpc.structs.ConfigEntries;
import dev.proconsul.rpc.structs.ConfigEntry;
import dev.proconsul.rpc.structs.ConfigEntryQuery;
import dev.proconsul.rpc.structs.ConfigEntryRequest;
import dev.proconsul.rpc.structs.DiscoveryChain;
import dev.proconsul.rpc.structs.DiscoveryChainRequest;
import dev.proconsul.rpc.structs.IndexedConfigEntries;
import dev.proconsul.rpc.structs.ServiceConfigRequest;
import dev.proconsul.rpc.structs.ServiceConfigResponse;
import java.util.List;
import java.util.Optional;

/// The service `ConfigEntry`: settings that the servers keep, such as how requests for a service are routed.
public final class ConfigEntryClient {
    private final Ask ask;

    ConfigEntryClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param options of all its calls
    public ConfigEntryClient with(CallOptions options) {
        return new ConfigEntryClient(ask.with(options));
    }

    /// Writes an entry.
    ///
    /// @param entry of any kind
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void put(ConfigEntry entry) throws CallException, InterruptedException {
        ask.call(ConfigEntries.APPLY, request("upsert", entry));
    }

    /// Writes an entry if the stored one is still as it was read.
    ///
    /// @param entry with the modify index that was read; with 0 if there must be none
    /// @return whether it was written
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public boolean compareAndSet(ConfigEntry entry) throws CallException, InterruptedException {
        return ask.call(ConfigEntries.APPLY, request("upsert-cas", entry));
    }

    /// Removes an entry, if there is one.
    ///
    /// @param entry whose kind and name count
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void delete(ConfigEntry entry) throws CallException, InterruptedException {
        ask.call(ConfigEntries.DELETE, request("delete", entry));
    }

    /// Removes an entry if it is still as it was read.
    ///
    /// @param entry whose kind, name and modify index count
    /// @return whether it was removed
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public boolean compareAndDelete(ConfigEntry entry) throws CallException, InterruptedException {
        return ask.call(ConfigEntries.DELETE, request("delete-cas", entry)).deleted();
    }

    /// {@return an entry; empty when there is none}
    /// @param kind as `service-defaults`
    /// @param name of the entry
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<ConfigEntry> get(String kind, String name) throws CallException, InterruptedException {
        return Optional.ofNullable(ask.read(ConfigEntries.GET, entry(kind, name)).entry());
    }

    /// {@return all entries of a kind}
    /// @param kind as `service-defaults`; empty for all kinds
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<ConfigEntry> list(String kind) throws CallException, InterruptedException {
        return ask.read(ConfigEntries.LIST, entry(kind, "")).entries();
    }

    /// {@return the settings of a service, merged from its own and those for all}
    /// @param service its name
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public ServiceConfigResponse resolve(String service) throws CallException, InterruptedException {
        return ask.read(ConfigEntries.RESOLVE_SERVICE_CONFIG, settings(service));
    }

    /// {@return where the requests for a service go, worked out from all entries}
    /// @param service its name
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<CompiledDiscoveryChain> discoveryChain(String service)
            throws CallException, InterruptedException {
        return Optional.ofNullable(ask.read(DiscoveryChain.GET, chain(service)).chain());
    }

    /// {@return a watch of an entry, to be closed by the caller}
    /// @param kind as `service-defaults`
    /// @param name of the entry
    public Watch<Optional<ConfigEntry>> watch(String kind, String name) {
        return ask.watch(ConfigEntries.GET, entry(kind, name), reply -> Optional.ofNullable(reply.entry()));
    }

    /// {@return a watch of all entries of a kind, to be closed by the caller}
    /// @param kind as `service-defaults`
    public Watch<List<ConfigEntry>> watchKind(String kind) {
        return ask.watch(ConfigEntries.LIST, entry(kind, ""), IndexedConfigEntries::entries);
    }

    private ConfigEntryRequest request(String op, ConfigEntry entry) {
        return new ConfigEntryRequest(op, ask.datacenter(), entry, ask.write());
    }

    private Ask.Question<ConfigEntryQuery> entry(String kind, String name) {
        return query -> new ConfigEntryQuery(kind, name, ask.datacenter(), query);
    }

    private Ask.Question<ServiceConfigRequest> settings(String service) {
        return ServiceConfigRequest.ZERO.withName(service).withDatacenter(ask.datacenter())::withQueryOptions;
    }

    private Ask.Question<DiscoveryChainRequest> chain(String service) {
        return DiscoveryChainRequest.ZERO.withName(service).withDatacenter(ask.datacenter())::withQueryOptions;
    }
}
