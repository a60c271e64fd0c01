package dev.proconsul.rpc.client.internal.grpc;

import static dev.proconsul.rpc.client.internal.grpc.CommonReader.duration;

import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.HealthCheckDefinition;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.Weights;
import java.util.ArrayList;

/// Instances of services with nodes and checks, from messages to what a query answers. A part that is missing means the
/// same as an empty one.
///
/// Source: Consul `proto/private/pbservice/convert.go`.
final class InstanceReader {
    private InstanceReader() {}

    static CheckServiceNode instance(dev.proconsul.rpc.structs.proto.CheckServiceNode message) {
        var checks = new ArrayList<HealthCheck>();
        message.getChecksList().forEach(check -> checks.add(check(check)));
        return new CheckServiceNode(
                message.hasNode() ? node(message.getNode()) : null,
                message.hasService() ? service(message.getService()) : null,
                checks);
    }

    private static Node node(dev.proconsul.rpc.structs.proto.Node node) {
        return new Node(node.getID(), node.getNode(), node.getAddress(), node.getDatacenter(), node.getPartition(),
                node.getPeerName(), node.getTaggedAddressesMap(), node.getMetaMap(),
                node.hasLocality() ? CommonReader.locality(node.getLocality()) : null,
                CommonReader.index(node.getRaftIndex()));
    }

    private static NodeService service(dev.proconsul.rpc.structs.proto.NodeService service) {
        return new NodeService(service.getKind(), service.getID(), service.getService(), service.getTagsList(),
                service.getAddress(), CommonReader.addresses(service.getTaggedAddressesMap()), service.getMetaMap(),
                service.getPort(), service.getSocketPath(),
                service.hasWeights() ? weights(service.getWeights()) : null,
                service.getEnableTagOverride(),
                service.hasLocality() ? CommonReader.locality(service.getLocality()) : null,
                ProxyReader.proxy(service.getProxy()), DefinitionReader.connect(service.getConnect()),
                service.getLocallyRegisteredAsSidecar(), service.getPeerName(),
                CommonReader.index(service.getRaftIndex()));
    }

    static Weights weights(dev.proconsul.rpc.structs.proto.Weights weights) {
        return new Weights(weights.getPassing(), weights.getWarning());
    }

    private static HealthCheck check(dev.proconsul.rpc.structs.proto.HealthCheck check) {
        return new HealthCheck(check.getNode(), check.getCheckID(), check.getName(), check.getStatus(),
                check.getNotes(), check.getOutput(), check.getServiceID(), check.getServiceName(),
                check.getServiceTagsList(), check.getType(), check.getInterval(), check.getTimeout(),
                check.getExposedPort(), check.getPeerName(), definition(check.getDefinition()),
                CommonReader.index(check.getRaftIndex()));
    }

    private static HealthCheckDefinition definition(dev.proconsul.rpc.structs.proto.HealthCheckDefinition message) {
        return HealthCheckDefinition.ZERO
                .withHttp(message.getHTTP())
                .withTlsServerName(message.getTLSServerName())
                .withTlsSkipVerify(message.getTLSSkipVerify())
                .withHeader(CommonReader.headers(message.getHeaderMap()))
                .withMethod(message.getMethod())
                .withBody(message.getBody())
                .withDisableRedirects(message.getDisableRedirects())
                .withTcp(message.getTCP())
                .withTcpUseTLS(message.getTCPUseTLS())
                .withUdp(message.getUDP())
                .withH2ping(message.getH2PING())
                .withOsService(message.getOSService())
                .withH2PingUseTLS(message.getH2PingUseTLS())
                .withInterval(duration(message.getInterval()))
                .withOutputMaxSize(Integer.toUnsignedLong(message.getOutputMaxSize()))
                .withTimeout(duration(message.getTimeout()))
                .withDeregisterCriticalServiceAfter(duration(message.getDeregisterCriticalServiceAfter()))
                .withScriptArgs(message.getScriptArgsList())
                .withDockerContainerID(message.getDockerContainerID())
                .withShell(message.getShell())
                .withGrpc(message.getGRPC())
                .withGrpcUseTLS(message.getGRPCUseTLS())
                .withAliasNode(message.getAliasNode())
                .withAliasService(message.getAliasService())
                .withTtl(duration(message.getTTL()));
    }
}
