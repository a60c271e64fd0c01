package dev.proconsul.rpc.bench.codec;

import java.util.List;
import java.util.Map;

/// The structs of the measured values as plain records for databind: components are the fields on the wire, by their
/// exact names, in wire order, with what is embedded flattened. What is nil in the values is an `Object` here.
final class Mirror {
    private Mirror() {}

    record IndexedCheckServiceNodes(long Backend, String ConsistencyLevel, long Index, boolean KnownLeader,
            long LastContact, List<CheckServiceNode> Nodes, boolean NotModified, boolean ResultsFilteredByACLs) {}

    record KVSRequest(String Datacenter, DirEntry DirEnt, String Op, String Token) {}

    record CheckServiceNode(List<HealthCheck> Checks, Node Node, NodeService Service) {}

    record DirEntry(long CreateIndex, long Flags, String Key, long LockIndex, long ModifyIndex, String Session,
            byte[] Value) {}

    record HealthCheck(String CheckID, long CreateIndex, HealthCheckDefinition Definition, long ExposedPort,
            String Interval, long ModifyIndex, String Name, String Node, String Notes, String Output,
            String PeerName, String ServiceID, String ServiceName, List<String> ServiceTags, String Status,
            String Timeout, String Type) {}

    record Node(String Address, long CreateIndex, String Datacenter, String ID, Object Locality,
            Map<String, String> Meta, long ModifyIndex, String Node, String Partition, String PeerName,
            Map<String, String> TaggedAddresses) {}

    record NodeService(String Address, ServiceConnect Connect, long CreateIndex, boolean EnableTagOverride,
            String ID, String Kind, Object Locality, boolean LocallyRegisteredAsSidecar, Map<String, String> Meta,
            long ModifyIndex, String PeerName, long Port, ConnectProxyConfig Proxy, String Service,
            String SocketPath, Map<String, ServiceAddress> TaggedAddresses, List<String> Tags, Weights Weights) {}

    record HealthCheckDefinition(String AliasNode, String AliasService, String Body,
            long DeregisterCriticalServiceAfter, boolean DisableRedirects, String DockerContainerID, String GRPC,
            boolean GRPCUseTLS, String H2PING, boolean H2PingUseTLS, String HTTP, Map<String, List<String>> Header,
            long Interval, String Method, String OSService, long OutputMaxSize, List<String> ScriptArgs,
            String Shell, String TCP, boolean TCPUseTLS, String TLSServerName, boolean TLSSkipVerify, long TTL,
            long Timeout, String UDP) {}

    record ServiceConnect(boolean Native, Object PeerMeta, Object SidecarService) {}

    record ConnectProxyConfig(AccessLogsConfig AccessLogs, Map<String, Object> Config, String DestinationServiceID,
            String DestinationServiceName, List<Object> EnvoyExtensions, ExposeConfig Expose,
            String LocalServiceAddress, long LocalServicePort, String LocalServiceSocketPath,
            MeshGatewayConfig MeshGateway, String Mode, String MutualTLSMode,
            TransparentProxyConfig TransparentProxy, List<Object> Upstreams) {}

    record ServiceAddress(String Address, long Port) {}

    record Weights(long Passing, long Warning) {}

    record AccessLogsConfig(boolean DisableListenerLogs, boolean Enabled, String JSONFormat, String Path,
            String TextFormat, String Type) {}

    record ExposeConfig(boolean Checks, List<Object> Paths) {}

    record MeshGatewayConfig(String Mode) {}

    record TransparentProxyConfig(boolean DialedDirectly, long OutboundListenerPort) {}
}
