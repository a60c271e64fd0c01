package dev.proconsul.rpc.endpoints.internal.subscribe;

import static dev.proconsul.rpc.endpoints.internal.subscribe.CommonMessages.NO_TENANCY;

import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.HealthCheckDefinition;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.Weights;

/// Instances of services with nodes and checks, as messages. Parts that Consul writes even when they are empty are
/// written even when they are empty.
///
/// Source: Consul `proto/private/pbservice`.
final class HealthMessages {
    private HealthMessages() {}

    static dev.proconsul.rpc.structs.proto.CheckServiceNode of(CheckServiceNode instance) {
        var message = dev.proconsul.rpc.structs.proto.CheckServiceNode.newBuilder();
        if (instance.node() != null) {
            message.setNode(node(instance.node()));
        }
        if (instance.service() != null) {
            message.setService(service(instance.service()));
        }
        instance.checks().forEach(check -> message.addChecks(check(check)));
        return message.build();
    }

    static dev.proconsul.rpc.structs.proto.Node node(Node node) {
        var message = dev.proconsul.rpc.structs.proto.Node.newBuilder()
                .setID(node.id())
                .setNode(node.node())
                .setAddress(node.address())
                .setDatacenter(node.datacenter())
                .setPartition(node.partition())
                .setPeerName(node.peerName())
                .putAllTaggedAddresses(node.taggedAddresses())
                .putAllMeta(node.meta())
                .setRaftIndex(CommonMessages.of(node.raftIndex()));
        if (node.locality() != null) {
            message.setLocality(CommonMessages.of(node.locality()));
        }
        return message.build();
    }

    private static dev.proconsul.rpc.structs.proto.NodeService service(NodeService service) {
        var message = dev.proconsul.rpc.structs.proto.NodeService.newBuilder()
                .setKind(service.kind())
                .setID(service.id())
                .setService(service.service())
                .addAllTags(service.tags())
                .setAddress(service.address())
                .putAllMeta(service.meta())
                .setPort((int) service.port())
                .setEnableTagOverride(service.enableTagOverride())
                .setProxy(ProxyMessages.of(service.proxy()))
                .setConnect(DefinitionMessages.of(service.connect()))
                .setLocallyRegisteredAsSidecar(service.locallyRegisteredAsSidecar())
                .setRaftIndex(CommonMessages.of(service.raftIndex()))
                .putAllTaggedAddresses(CommonMessages.addresses(service.taggedAddresses()))
                .setEnterpriseMeta(NO_TENANCY)
                .setSocketPath(service.socketPath())
                .setPeerName(service.peerName());
        if (service.weights() != null) {
            message.setWeights(weights(service.weights()));
        }
        if (service.locality() != null) {
            message.setLocality(CommonMessages.of(service.locality()));
        }
        return message.build();
    }

    static dev.proconsul.rpc.structs.proto.Weights weights(Weights weights) {
        return dev.proconsul.rpc.structs.proto.Weights.newBuilder()
                .setPassing((int) weights.passing()).setWarning((int) weights.warning()).build();
    }

    private static dev.proconsul.rpc.structs.proto.HealthCheck check(HealthCheck check) {
        return dev.proconsul.rpc.structs.proto.HealthCheck.newBuilder()
                .setNode(check.node())
                .setCheckID(check.checkID())
                .setName(check.name())
                .setStatus(check.status())
                .setNotes(check.notes())
                .setOutput(check.output())
                .setServiceID(check.serviceID())
                .setServiceName(check.serviceName())
                .addAllServiceTags(check.serviceTags())
                .setDefinition(definition(check.definition()))
                .setRaftIndex(CommonMessages.of(check.raftIndex()))
                .setType(check.type())
                .setEnterpriseMeta(NO_TENANCY)
                .setExposedPort((int) check.exposedPort())
                .setInterval(check.interval())
                .setTimeout(check.timeout())
                .setPeerName(check.peerName())
                .build();
    }

    private static dev.proconsul.rpc.structs.proto.HealthCheckDefinition definition(HealthCheckDefinition definition) {
        return dev.proconsul.rpc.structs.proto.HealthCheckDefinition.newBuilder()
                .setHTTP(definition.http())
                .setTLSSkipVerify(definition.tlsSkipVerify())
                .putAllHeader(CommonMessages.headers(definition.header()))
                .setMethod(definition.method())
                .setTCP(definition.tcp())
                .setInterval(CommonMessages.of(definition.interval()))
                .setTimeout(CommonMessages.of(definition.timeout()))
                .setDeregisterCriticalServiceAfter(CommonMessages.of(definition.deregisterCriticalServiceAfter()))
                .setOutputMaxSize((int) definition.outputMaxSize())
                .addAllScriptArgs(definition.scriptArgs())
                .setDockerContainerID(definition.dockerContainerID())
                .setShell(definition.shell())
                .setGRPC(definition.grpc())
                .setGRPCUseTLS(definition.grpcUseTLS())
                .setAliasNode(definition.aliasNode())
                .setAliasService(definition.aliasService())
                .setTTL(CommonMessages.of(definition.ttl()))
                .setBody(definition.body())
                .setTLSServerName(definition.tlsServerName())
                .setH2PING(definition.h2ping())
                .setH2PingUseTLS(definition.h2PingUseTLS())
                .setDisableRedirects(definition.disableRedirects())
                .setUDP(definition.udp())
                .setOSService(definition.osService())
                .setTCPUseTLS(definition.tcpUseTLS())
                .build();
    }
}
