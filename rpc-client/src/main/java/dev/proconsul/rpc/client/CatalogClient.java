package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.DatacentersRequest;
import dev.proconsul.rpc.structs.DeregisterRequest;
import dev.proconsul.rpc.structs.GatewayService;
import dev.proconsul.rpc.structs.IndexedNodes;
import dev.proconsul.rpc.structs.IndexedServiceList;
import dev.proconsul.rpc.structs.IndexedServiceNodes;
import dev.proconsul.rpc.structs.IndexedServices;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeServices;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.ServiceName;
import dev.proconsul.rpc.structs.ServiceNode;
import dev.proconsul.rpc.structs.ServiceSpecificRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The service `Catalog`: nodes, services and checks as they are registered.
public final class CatalogClient {
    private final Ask ask;

    CatalogClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param options of all its calls
    public CatalogClient with(CallOptions options) {
        return new CatalogClient(ask.with(options));
    }

    /// Registers a node, and perhaps a service and checks on it.
    ///
    /// @param registration what to register; datacenter and token come from the options
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void register(RegisterRequest registration) throws CallException, InterruptedException {
        ask.call(Catalog.REGISTER, registration.withDatacenter(ask.datacenter()).withWriteRequest(ask.write()));
    }

    /// Removes a node with all its services and checks.
    ///
    /// @param node its name
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void deregisterNode(String node) throws CallException, InterruptedException {
        deregister(DeregisterRequest.ZERO.withNode(node));
    }

    /// Removes an instance of a service with its checks.
    ///
    /// @param node      where it is
    /// @param serviceId identifier of the instance
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void deregisterService(String node, String serviceId) throws CallException, InterruptedException {
        deregister(DeregisterRequest.ZERO.withNode(node).withServiceID(serviceId));
    }

    /// Removes a check.
    ///
    /// @param node    where it is
    /// @param checkId identifier of the check
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void deregisterCheck(String node, String checkId) throws CallException, InterruptedException {
        deregister(DeregisterRequest.ZERO.withNode(node).withCheckID(checkId));
    }

    /// {@return the names of the datacenters, the nearest first}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<String> datacenters() throws CallException, InterruptedException {
        return ask.call(Catalog.LIST_DATACENTERS, new DatacentersRequest(ask.query()));
    }

    /// {@return all nodes}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<Node> nodes() throws CallException, InterruptedException {
        return ask.read(Catalog.LIST_NODES, ask.here()).nodes();
    }

    /// {@return the tags in use, by name of service}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Map<String, List<String>> services() throws CallException, InterruptedException {
        return ask.read(Catalog.LIST_SERVICES, ask.here()).services();
    }

    /// {@return the names of all services}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<String> serviceNames() throws CallException, InterruptedException {
        return names(ask.read(Catalog.SERVICE_LIST, ask.here()));
    }

    /// {@return the instances of a service, whatever their checks say}
    /// @param name of the service
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<ServiceNode> service(String name) throws CallException, InterruptedException {
        return ask.read(Catalog.SERVICE_NODES, ask.service(name)).serviceNodes();
    }

    /// {@return the instances of a service that meet more conditions, or sorted by distance}
    /// @param conditions service and conditions; datacenter and the way to read come from the options
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<ServiceNode> find(ServiceSpecificRequest conditions) throws CallException, InterruptedException {
        return ask.read(Catalog.SERVICE_NODES, ask.find(conditions)).serviceNodes();
    }

    /// {@return a node with its services; empty when there is no such node}
    /// @param name of the node
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<NodeServices> node(String name) throws CallException, InterruptedException {
        return Optional.ofNullable(ask.read(Catalog.NODE_SERVICES, ask.node(name)).nodeServices());
    }

    /// {@return the services behind a gateway}
    /// @param gateway name of the gateway
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<GatewayService> gatewayServices(String gateway) throws CallException, InterruptedException {
        return ask.read(Catalog.GATEWAY_SERVICES, ask.service(gateway)).services();
    }

    /// {@return the virtual address of a service; empty when it has none}
    /// @param service its name
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<String> virtualAddress(String service) throws CallException, InterruptedException {
        var address = ask.call(Catalog.VIRTUAL_IP_FOR_SERVICE, ask.service(service).apply(ask.query()));
        return Optional.of(address).filter(text -> !text.isEmpty());
    }

    /// {@return a watch of all nodes, to be closed by the caller}
    public Watch<List<Node>> watchNodes() {
        return ask.watch(Catalog.LIST_NODES, ask.here(), IndexedNodes::nodes);
    }

    /// {@return a watch of the tags in use, by name of service, to be closed by the caller}
    public Watch<Map<String, List<String>>> watchServices() {
        return ask.watch(Catalog.LIST_SERVICES, ask.here(), IndexedServices::services);
    }

    /// {@return a watch of the instances of a service, to be closed by the caller}
    /// @param name of the service
    public Watch<List<ServiceNode>> watchService(String name) {
        return ask.watch(Catalog.SERVICE_NODES, ask.service(name), IndexedServiceNodes::serviceNodes);
    }

    private void deregister(DeregisterRequest what) throws CallException, InterruptedException {
        ask.call(Catalog.DEREGISTER, what.withDatacenter(ask.datacenter()).withWriteRequest(ask.write()));
    }

    static List<String> names(IndexedServiceList reply) {
        return reply.services().stream().map(ServiceName::name).toList();
    }
}
