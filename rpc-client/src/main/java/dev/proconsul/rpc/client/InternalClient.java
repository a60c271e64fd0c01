package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.CatalogSummary;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.IndexedNodesWithGateways;
import dev.proconsul.rpc.structs.Internal;
import dev.proconsul.rpc.structs.KeyringRequest;
import dev.proconsul.rpc.structs.KeyringResponse;
import dev.proconsul.rpc.structs.NodeInfo;
import dev.proconsul.rpc.structs.ServiceDumpRequest;
import dev.proconsul.rpc.structs.ServiceInfo;
import dev.proconsul.rpc.structs.ServiceName;
import dev.proconsul.rpc.structs.ServiceTopology;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The service `Internal`: views of the whole catalog, made for user interfaces and gateways. Consul does not promise
/// to keep it.
public final class InternalClient {
    private final Ask ask;

    InternalClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param options of all its calls
    public InternalClient with(CallOptions options) {
        return new InternalClient(ask.with(options));
    }

    /// {@return a node with all it has; empty when there is no such node}
    /// @param name of the node
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<NodeInfo> node(String name) throws CallException, InterruptedException {
        return ask.read(Internal.NODE_INFO, ask.node(name)).dump().stream().findFirst();
    }

    /// {@return all nodes with all they have}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<NodeInfo> nodes() throws CallException, InterruptedException {
        return ask.read(Internal.NODE_DUMP, ask.here()).dump();
    }

    /// {@return all instances with their nodes and checks, and what gateways do for them}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public IndexedNodesWithGateways instances() throws CallException, InterruptedException {
        var request = ServiceDumpRequest.ZERO.withDatacenter(ask.datacenter());
        return ask.read(Internal.SERVICE_DUMP, request::withQueryOptions);
    }

    /// {@return how many nodes, services and checks are in which state}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public CatalogSummary overview() throws CallException, InterruptedException {
        return ask.call(Internal.CATALOG_OVERVIEW, ask.here().apply(ask.query()));
    }

    /// {@return who calls a service, and whom it calls; empty when that is not known}
    /// @param service its name
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<ServiceTopology> topology(String service) throws CallException, InterruptedException {
        return Optional.ofNullable(ask.read(Internal.SERVICE_TOPOLOGY, ask.service(service)).serviceTopology());
    }

    /// {@return the names of the services that a service may call}
    /// @param service its name
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<String> mayCall(String service) throws CallException, InterruptedException {
        return CatalogClient.names(ask.read(Internal.INTENTION_UPSTREAMS, ask.service(service)));
    }

    /// {@return the instances behind a gateway}
    /// @param gateway its name
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<ServiceInfo> behindGateway(String gateway) throws CallException, InterruptedException {
        return ask.read(Internal.GATEWAY_SERVICE_DUMP, ask.service(gateway)).dump();
    }

    /// {@return the gateways of a service, with their nodes and checks}
    /// @param service its name
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<CheckServiceNode> gatewaysOf(String service) throws CallException, InterruptedException {
        return ask.read(Internal.SERVICE_GATEWAYS, ask.service(service)).nodes();
    }

    /// {@return the services that cluster peers may use, by peer}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Map<String, List<ServiceName>> exported() throws CallException, InterruptedException {
        return ask.read(Internal.EXPORTED_PEERED_SERVICES, ask.here()).services();
    }

    /// {@return the keys of the gossip, as each network answers}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<KeyringResponse> gossipKeys() throws CallException, InterruptedException {
        var request = KeyringRequest.ZERO.withDatacenter(ask.datacenter()).withOperation("list");
        return ask.read(Internal.KEYRING_OPERATION, request::withQueryOptions).responses();
    }
}
