package dev.proconsul.rpc.endpoints.internal.filter;

import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.ConnectProxyConfig;
import dev.proconsul.rpc.structs.ExposeConfig;
import dev.proconsul.rpc.structs.ExposePath;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.MeshGatewayConfig;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeInfo;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.ServiceAddress;
import dev.proconsul.rpc.structs.ServiceConnect;
import dev.proconsul.rpc.structs.ServiceNode;
import dev.proconsul.rpc.structs.TransparentProxyConfig;
import dev.proconsul.rpc.structs.Upstream;
import dev.proconsul.rpc.structs.Weights;

/// The rows that can be filtered, and what can be selected of them: the fields by their Go names, but for indexes,
/// definitions of checks, localities, and what has no fixed form.
///
/// Source: Consul `agent/structs`, the tags `bexpr`.
public final class RowTypes {
    private static final RowType<ServiceAddress> ADDRESS = new RowType<ServiceAddress>()
            .text("Address", ServiceAddress::address)
            .integer("Port", ServiceAddress::port);
    private static final RowType<Weights> WEIGHTS = new RowType<Weights>()
            .integer("Passing", Weights::passing)
            .integer("Warning", Weights::warning);
    private static final RowType<ServiceConnect> CONNECT = new RowType<ServiceConnect>()
            .bool("Native", ServiceConnect::nativeValue);
    private static final RowType<MeshGatewayConfig> MESH_GATEWAY = new RowType<MeshGatewayConfig>()
            .text("Mode", MeshGatewayConfig::mode);
    private static final RowType<TransparentProxyConfig> TRANSPARENT_PROXY = new RowType<TransparentProxyConfig>()
            .integer("OutboundListenerPort", TransparentProxyConfig::outboundListenerPort)
            .bool("DialedDirectly", TransparentProxyConfig::dialedDirectly);
    private static final RowType<ExposePath> EXPOSE_PATH = new RowType<ExposePath>()
            .integer("ListenerPort", ExposePath::listenerPort)
            .text("Path", ExposePath::path)
            .integer("LocalPathPort", ExposePath::localPathPort)
            .text("Protocol", ExposePath::protocol)
            .bool("ParsedFromCheck", ExposePath::parsedFromCheck);
    private static final RowType<ExposeConfig> EXPOSE = new RowType<ExposeConfig>()
            .bool("Checks", ExposeConfig::checks)
            .structs("Paths", EXPOSE_PATH, ExposeConfig::paths);
    private static final RowType<Upstream> UPSTREAM = new RowType<Upstream>()
            .text("DestinationType", Upstream::destinationType)
            .text("DestinationNamespace", Upstream::destinationNamespace)
            .text("DestinationPartition", Upstream::destinationPartition)
            .text("DestinationPeer", Upstream::destinationPeer)
            .text("DestinationName", Upstream::destinationName)
            .text("Datacenter", Upstream::datacenter)
            .text("LocalBindAddress", Upstream::localBindAddress)
            .integer("LocalBindPort", Upstream::localBindPort)
            .text("LocalBindSocketPath", Upstream::localBindSocketPath)
            .text("LocalBindSocketMode", Upstream::localBindSocketMode)
            .struct("MeshGateway", MESH_GATEWAY, Upstream::meshGateway);
    private static final RowType<ConnectProxyConfig> PROXY = new RowType<ConnectProxyConfig>()
            .text("DestinationServiceName", ConnectProxyConfig::destinationServiceName)
            .text("DestinationServiceID", ConnectProxyConfig::destinationServiceID)
            .text("LocalServiceAddress", ConnectProxyConfig::localServiceAddress)
            .integer("LocalServicePort", ConnectProxyConfig::localServicePort)
            .text("LocalServiceSocketPath", ConnectProxyConfig::localServiceSocketPath)
            .text("Mode", ConnectProxyConfig::mode)
            .structs("Upstreams", UPSTREAM, ConnectProxyConfig::upstreams)
            .struct("MeshGateway", MESH_GATEWAY, ConnectProxyConfig::meshGateway)
            .struct("Expose", EXPOSE, ConnectProxyConfig::expose)
            .struct("TransparentProxy", TRANSPARENT_PROXY, ConnectProxyConfig::transparentProxy)
            .text("MutualTLSMode", ConnectProxyConfig::mutualTLSMode);

    /// A node.
    public static final RowType<Node> NODE = new RowType<Node>()
            .text("ID", Node::id)
            .text("Node", Node::node)
            .text("Address", Node::address)
            .text("Datacenter", Node::datacenter)
            .text("PeerName", Node::peerName)
            .textMap("TaggedAddresses", Node::taggedAddresses)
            .textMap("Meta", Node::meta);

    /// An instance of a service.
    public static final RowType<NodeService> NODE_SERVICE = new RowType<NodeService>()
            .text("Kind", NodeService::kind)
            .text("ID", NodeService::id)
            .text("Service", NodeService::service)
            .texts("Tags", NodeService::tags)
            .text("Address", NodeService::address)
            .structMap("TaggedAddresses", ADDRESS, NodeService::taggedAddresses)
            .textMap("Meta", NodeService::meta)
            .integer("Port", NodeService::port)
            .text("SocketPath", NodeService::socketPath)
            .struct("Weights", WEIGHTS, NodeService::weights)
            .bool("EnableTagOverride", NodeService::enableTagOverride)
            .struct("Proxy", PROXY, NodeService::proxy)
            .struct("Connect", CONNECT, NodeService::connect)
            .text("PeerName", NodeService::peerName);

    /// An instance with columns of its node.
    public static final RowType<ServiceNode> SERVICE_NODE = new RowType<ServiceNode>()
            .text("ID", ServiceNode::id)
            .text("Node", ServiceNode::node)
            .text("Address", ServiceNode::address)
            .text("Datacenter", ServiceNode::datacenter)
            .textMap("TaggedAddresses", ServiceNode::taggedAddresses)
            .textMap("NodeMeta", ServiceNode::nodeMeta)
            .text("ServiceKind", ServiceNode::serviceKind)
            .text("ServiceID", ServiceNode::serviceID)
            .text("ServiceName", ServiceNode::serviceName)
            .texts("ServiceTags", ServiceNode::serviceTags)
            .text("ServiceAddress", ServiceNode::serviceAddress)
            .structMap("ServiceTaggedAddresses", ADDRESS, ServiceNode::serviceTaggedAddresses)
            .struct("ServiceWeights", WEIGHTS, ServiceNode::serviceWeights)
            .textMap("ServiceMeta", ServiceNode::serviceMeta)
            .integer("ServicePort", ServiceNode::servicePort)
            .text("ServiceSocketPath", ServiceNode::serviceSocketPath)
            .bool("ServiceEnableTagOverride", ServiceNode::serviceEnableTagOverride)
            .struct("ServiceProxy", PROXY, ServiceNode::serviceProxy)
            .struct("ServiceConnect", CONNECT, ServiceNode::serviceConnect)
            .text("PeerName", ServiceNode::peerName);

    /// A check.
    public static final RowType<HealthCheck> HEALTH_CHECK = new RowType<HealthCheck>()
            .text("Node", HealthCheck::node)
            .text("CheckID", HealthCheck::checkID)
            .text("Name", HealthCheck::name)
            .text("Status", HealthCheck::status)
            .text("Notes", HealthCheck::notes)
            .text("Output", HealthCheck::output)
            .text("ServiceID", HealthCheck::serviceID)
            .text("ServiceName", HealthCheck::serviceName)
            .texts("ServiceTags", HealthCheck::serviceTags)
            .text("Type", HealthCheck::type)
            .text("Interval", HealthCheck::interval)
            .text("Timeout", HealthCheck::timeout)
            .integer("ExposedPort", HealthCheck::exposedPort)
            .text("PeerName", HealthCheck::peerName);

    /// An instance with its node and checks.
    public static final RowType<CheckServiceNode> CHECK_SERVICE_NODE = new RowType<CheckServiceNode>()
            .struct("Node", NODE, CheckServiceNode::node)
            .struct("Service", NODE_SERVICE, CheckServiceNode::service)
            .structs("Checks", HEALTH_CHECK, CheckServiceNode::checks);

    /// A node with its services and checks.
    public static final RowType<NodeInfo> NODE_INFO = new RowType<NodeInfo>()
            .text("ID", NodeInfo::id)
            .text("Node", NodeInfo::node)
            .text("PeerName", NodeInfo::peerName)
            .text("Address", NodeInfo::address)
            .textMap("TaggedAddresses", NodeInfo::taggedAddresses)
            .textMap("Meta", NodeInfo::meta)
            .structs("Services", NODE_SERVICE, NodeInfo::services)
            .structs("Checks", HEALTH_CHECK, NodeInfo::checks);

    private RowTypes() {}
}
