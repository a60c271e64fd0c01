package dev.proconsul.rpc.client.internal.grpc;

import static dev.proconsul.rpc.client.internal.grpc.CommonReader.duration;

import dev.proconsul.rpc.structs.CheckType;
import dev.proconsul.rpc.structs.PeeringServiceMeta;
import dev.proconsul.rpc.structs.ServiceConnect;
import dev.proconsul.rpc.structs.ServiceDefinition;

/// How a service takes part in the mesh, from messages.
final class DefinitionReader {
    private DefinitionReader() {}

    static ServiceConnect connect(dev.proconsul.rpc.structs.proto.ServiceConnect message) {
        var peer = message.getPeerMeta();
        return new ServiceConnect(message.getNative(),
                message.hasSidecarService() ? definition(message.getSidecarService()) : null,
                message.hasPeerMeta()
                        ? new PeeringServiceMeta(peer.getSNIList(), peer.getSpiffeIDList(), peer.getProtocol()) : null);
    }

    private static ServiceDefinition definition(dev.proconsul.rpc.structs.proto.ServiceDefinition message) {
        return ServiceDefinition.ZERO
                .withKind(message.getKind())
                .withId(message.getID())
                .withName(message.getName())
                .withTags(message.getTagsList())
                .withAddress(message.getAddress())
                .withTaggedAddresses(CommonReader.addresses(message.getTaggedAddressesMap()))
                .withMeta(message.getMetaMap())
                .withPort(message.getPort())
                .withSocketPath(message.getSocketPath())
                .withCheck(check(message.getCheck()))
                .withChecks(message.getChecksList().stream().map(DefinitionReader::check).toList())
                .withWeights(message.hasWeights() ? InstanceReader.weights(message.getWeights()) : null)
                .withToken(message.getToken())
                .withEnableTagOverride(message.getEnableTagOverride())
                .withLocality(message.hasLocality() ? CommonReader.locality(message.getLocality()) : null)
                .withProxy(message.hasProxy() ? ProxyReader.proxy(message.getProxy()) : null)
                .withConnect(message.hasConnect() ? connect(message.getConnect()) : null);
    }

    private static CheckType check(dev.proconsul.rpc.structs.proto.CheckType message) {
        return CheckType.ZERO
                .withCheckID(message.getCheckID())
                .withName(message.getName())
                .withStatus(message.getStatus())
                .withNotes(message.getNotes())
                .withScriptArgs(message.getScriptArgsList())
                .withHttp(message.getHTTP())
                .withH2ping(message.getH2PING())
                .withH2PingUseTLS(message.getH2PingUseTLS())
                .withHeader(CommonReader.headers(message.getHeaderMap()))
                .withMethod(message.getMethod())
                .withBody(message.getBody())
                .withDisableRedirects(message.getDisableRedirects())
                .withTcp(message.getTCP())
                .withTcpUseTLS(message.getTCPUseTLS())
                .withUdp(message.getUDP())
                .withInterval(duration(message.getInterval()))
                .withAliasNode(message.getAliasNode())
                .withAliasService(message.getAliasService())
                .withDockerContainerID(message.getDockerContainerID())
                .withShell(message.getShell())
                .withGrpc(message.getGRPC())
                .withGrpcUseTLS(message.getGRPCUseTLS())
                .withOsService(message.getOSService())
                .withTlsServerName(message.getTLSServerName())
                .withTlsSkipVerify(message.getTLSSkipVerify())
                .withTimeout(duration(message.getTimeout()))
                .withTtl(duration(message.getTTL()))
                .withSuccessBeforePassing(message.getSuccessBeforePassing())
                .withFailuresBeforeWarning(message.getFailuresBeforeWarning())
                .withFailuresBeforeCritical(message.getFailuresBeforeCritical())
                .withProxyHTTP(message.getProxyHTTP())
                .withProxyGRPC(message.getProxyGRPC())
                .withDeregisterCriticalServiceAfter(duration(message.getDeregisterCriticalServiceAfter()))
                .withOutputMaxSize(message.getOutputMaxSize());
    }
}
