package dev.proconsul.rpc.client.internal.grpc;

import dev.proconsul.rpc.structs.AccessLogsConfig;
import dev.proconsul.rpc.structs.ConnectProxyConfig;
import dev.proconsul.rpc.structs.EnvoyExtension;
import dev.proconsul.rpc.structs.ExposeConfig;
import dev.proconsul.rpc.structs.ExposePath;
import dev.proconsul.rpc.structs.MeshGatewayConfig;
import dev.proconsul.rpc.structs.TransparentProxyConfig;
import dev.proconsul.rpc.structs.Upstream;

/// What makes a service a proxy, from messages.
final class ProxyReader {
    private ProxyReader() {}

    static ConnectProxyConfig proxy(dev.proconsul.rpc.structs.proto.ConnectProxyConfig message) {
        var transparent = message.getTransparentProxy();
        return ConnectProxyConfig.ZERO
                .withEnvoyExtensions(message.getEnvoyExtensionsList().stream().map(ProxyReader::extension).toList())
                .withDestinationServiceName(message.getDestinationServiceName())
                .withDestinationServiceID(message.getDestinationServiceID())
                .withLocalServiceAddress(message.getLocalServiceAddress())
                .withLocalServicePort(message.getLocalServicePort())
                .withLocalServiceSocketPath(message.getLocalServiceSocketPath())
                .withMode(message.getMode())
                .withConfig(CommonReader.settings(message.hasConfig(), message.getConfig()))
                .withUpstreams(message.getUpstreamsList().stream().map(ProxyReader::upstream).toList())
                .withMeshGateway(gateway(message.getMeshGateway()))
                .withExpose(expose(message.getExpose()))
                .withTransparentProxy(new TransparentProxyConfig(
                        transparent.getOutboundListenerPort(), transparent.getDialedDirectly()))
                .withAccessLogs(logs(message.getAccessLogs()));
    }

    private static Upstream upstream(dev.proconsul.rpc.structs.proto.Upstream message) {
        return Upstream.ZERO
                .withDestinationType(message.getDestinationType())
                .withDestinationNamespace(message.getDestinationNamespace())
                .withDestinationPartition(message.getDestinationPartition())
                .withDestinationPeer(message.getDestinationPeer())
                .withDestinationName(message.getDestinationName())
                .withDatacenter(message.getDatacenter())
                .withLocalBindAddress(message.getLocalBindAddress())
                .withLocalBindPort(message.getLocalBindPort())
                .withLocalBindSocketPath(message.getLocalBindSocketPath())
                .withLocalBindSocketMode(message.getLocalBindSocketMode())
                .withConfig(CommonReader.settings(message.hasConfig(), message.getConfig()))
                .withMeshGateway(gateway(message.getMeshGateway()))
                .withCentrallyConfigured(message.getCentrallyConfigured());
    }

    private static MeshGatewayConfig gateway(dev.proconsul.rpc.structs.proto.MeshGatewayConfig message) {
        return new MeshGatewayConfig(message.getMode());
    }

    private static ExposeConfig expose(dev.proconsul.rpc.structs.proto.ExposeConfig message) {
        return new ExposeConfig(message.getChecks(), message.getPathsList().stream().map(path -> new ExposePath(
                path.getListenerPort(), path.getPath(), path.getLocalPathPort(), path.getProtocol(),
                path.getParsedFromCheck())).toList());
    }

    private static EnvoyExtension extension(dev.proconsul.rpc.structs.proto.EnvoyExtension message) {
        return EnvoyExtension.ZERO.withName(message.getName()).withRequired(message.getRequired())
                .withArguments(CommonReader.settings(message.hasArguments(), message.getArguments()))
                .withConsulVersion(message.getConsulVersion())
                .withEnvoyVersion(message.getEnvoyVersion());
    }

    private static AccessLogsConfig logs(dev.proconsul.rpc.structs.proto.AccessLogsConfig message) {
        return new AccessLogsConfig(message.getEnabled(), message.getDisableListenerLogs(), message.getType(),
                message.getPath(), message.getJSONFormat(), message.getTextFormat());
    }
}
