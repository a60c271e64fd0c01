package dev.proconsul.rpc.endpoints.internal.subscribe;

import static dev.proconsul.rpc.endpoints.internal.subscribe.CommonMessages.NO_TENANCY;

import dev.proconsul.rpc.structs.CheckType;
import dev.proconsul.rpc.structs.ServiceConnect;
import dev.proconsul.rpc.structs.ServiceDefinition;
import dev.proconsul.rpc.structs.proto.PeeringServiceMeta;

/// How a service takes part in the mesh, with the definition of a sidecar that an agent may have left there.
final class DefinitionMessages {
    private DefinitionMessages() {}

    static dev.proconsul.rpc.structs.proto.ServiceConnect of(ServiceConnect connect) {
        var message = dev.proconsul.rpc.structs.proto.ServiceConnect.newBuilder().setNative(connect.nativeValue());
        if (connect.sidecarService() != null) {
            message.setSidecarService(of(connect.sidecarService()));
        }
        if (connect.peerMeta() != null) {
            message.setPeerMeta(PeeringServiceMeta.newBuilder()
                    .addAllSNI(connect.peerMeta().sni())
                    .addAllSpiffeID(connect.peerMeta().spiffeID())
                    .setProtocol(connect.peerMeta().protocol()));
        }
        return message.build();
    }

    private static dev.proconsul.rpc.structs.proto.ServiceDefinition of(ServiceDefinition service) {
        var message = dev.proconsul.rpc.structs.proto.ServiceDefinition.newBuilder()
                .setKind(service.kind())
                .setID(service.id())
                .setName(service.name())
                .addAllTags(service.tags())
                .setAddress(service.address())
                .putAllMeta(service.meta())
                .setPort((int) service.port())
                .setCheck(of(service.check()))
                .setToken(service.token())
                .setEnableTagOverride(service.enableTagOverride())
                .putAllTaggedAddresses(CommonMessages.addresses(service.taggedAddresses()))
                .setEnterpriseMeta(NO_TENANCY)
                .setSocketPath(service.socketPath());
        service.checks().forEach(check -> message.addChecks(of(check)));
        if (service.weights() != null) {
            message.setWeights(HealthMessages.weights(service.weights()));
        }
        if (service.proxy() != null) {
            message.setProxy(ProxyMessages.of(service.proxy()));
        }
        if (service.connect() != null) {
            message.setConnect(of(service.connect()));
        }
        if (service.locality() != null) {
            message.setLocality(CommonMessages.of(service.locality()));
        }
        return message.build();
    }

    private static dev.proconsul.rpc.structs.proto.CheckType of(CheckType check) {
        return dev.proconsul.rpc.structs.proto.CheckType.newBuilder()
                .setCheckID(check.checkID())
                .setName(check.name())
                .setStatus(check.status())
                .setNotes(check.notes())
                .addAllScriptArgs(check.scriptArgs())
                .setHTTP(check.http())
                .setMethod(check.method())
                .setTCP(check.tcp())
                .setInterval(CommonMessages.of(check.interval()))
                .setAliasNode(check.aliasNode())
                .setAliasService(check.aliasService())
                .setDockerContainerID(check.dockerContainerID())
                .setShell(check.shell())
                .setGRPC(check.grpc())
                .setGRPCUseTLS(check.grpcUseTLS())
                .setTLSSkipVerify(check.tlsSkipVerify())
                .setTimeout(CommonMessages.of(check.timeout()))
                .setTTL(CommonMessages.of(check.ttl()))
                .setDeregisterCriticalServiceAfter(CommonMessages.of(check.deregisterCriticalServiceAfter()))
                .putAllHeader(CommonMessages.headers(check.header()))
                .setSuccessBeforePassing((int) check.successBeforePassing())
                .setFailuresBeforeCritical((int) check.failuresBeforeCritical())
                .setProxyHTTP(check.proxyHTTP())
                .setProxyGRPC(check.proxyGRPC())
                .setOutputMaxSize((int) check.outputMaxSize())
                .setBody(check.body())
                .setTLSServerName(check.tlsServerName())
                .setH2PING(check.h2ping())
                .setFailuresBeforeWarning((int) check.failuresBeforeWarning())
                .setH2PingUseTLS(check.h2PingUseTLS())
                .setDisableRedirects(check.disableRedirects())
                .setUDP(check.udp())
                .setOSService(check.osService())
                .setTCPUseTLS(check.tcpUseTLS())
                .build();
    }
}
