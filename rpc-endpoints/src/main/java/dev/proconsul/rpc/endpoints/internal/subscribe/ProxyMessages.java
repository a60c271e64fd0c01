package dev.proconsul.rpc.endpoints.internal.subscribe;

import dev.proconsul.rpc.structs.AccessLogsConfig;
import dev.proconsul.rpc.structs.ConnectProxyConfig;
import dev.proconsul.rpc.structs.EnvoyExtension;
import dev.proconsul.rpc.structs.ExposeConfig;
import dev.proconsul.rpc.structs.MeshGatewayConfig;
import dev.proconsul.rpc.structs.Upstream;
import dev.proconsul.rpc.structs.proto.ExposePath;
import dev.proconsul.rpc.structs.proto.TransparentProxyConfig;

/// What makes a service a proxy, as messages.
final class ProxyMessages {
    private ProxyMessages() {}

    static dev.proconsul.rpc.structs.proto.ConnectProxyConfig of(ConnectProxyConfig proxy) {
        var message = dev.proconsul.rpc.structs.proto.ConnectProxyConfig.newBuilder()
                .setDestinationServiceName(proxy.destinationServiceName())
                .setDestinationServiceID(proxy.destinationServiceID())
                .setLocalServiceAddress(proxy.localServiceAddress())
                .setLocalServicePort((int) proxy.localServicePort())
                .setMeshGateway(of(proxy.meshGateway()))
                .setExpose(of(proxy.expose()))
                .setMode(proxy.mode())
                .setTransparentProxy(TransparentProxyConfig.newBuilder()
                        .setOutboundListenerPort((int) proxy.transparentProxy().outboundListenerPort())
                        .setDialedDirectly(proxy.transparentProxy().dialedDirectly()))
                .setLocalServiceSocketPath(proxy.localServiceSocketPath());
        FreeForm.of(proxy.config()).ifPresent(message::setConfig);
        proxy.upstreams().forEach(upstream -> message.addUpstreams(of(upstream)));
        proxy.envoyExtensions().forEach(extension -> message.addEnvoyExtensions(of(extension)));
        if (!proxy.accessLogs().equals(AccessLogsConfig.ZERO)) {
            message.setAccessLogs(of(proxy.accessLogs())); // Consul 1.10 does not know it
        }
        return message.build();
    }

    private static dev.proconsul.rpc.structs.proto.Upstream of(Upstream upstream) {
        var message = dev.proconsul.rpc.structs.proto.Upstream.newBuilder()
                .setDestinationType(upstream.destinationType())
                .setDestinationNamespace(upstream.destinationNamespace())
                .setDestinationName(upstream.destinationName())
                .setDatacenter(upstream.datacenter())
                .setLocalBindAddress(upstream.localBindAddress())
                .setLocalBindPort((int) upstream.localBindPort())
                .setMeshGateway(of(upstream.meshGateway()))
                .setCentrallyConfigured(upstream.centrallyConfigured())
                .setLocalBindSocketPath(upstream.localBindSocketPath())
                .setLocalBindSocketMode(upstream.localBindSocketMode())
                .setDestinationPartition(upstream.destinationPartition())
                .setDestinationPeer(upstream.destinationPeer());
        FreeForm.of(upstream.config()).ifPresent(message::setConfig);
        return message.build();
    }

    private static dev.proconsul.rpc.structs.proto.MeshGatewayConfig of(MeshGatewayConfig gateway) {
        return dev.proconsul.rpc.structs.proto.MeshGatewayConfig.newBuilder().setMode(gateway.mode()).build();
    }

    private static dev.proconsul.rpc.structs.proto.ExposeConfig of(ExposeConfig expose) {
        var message = dev.proconsul.rpc.structs.proto.ExposeConfig.newBuilder().setChecks(expose.checks());
        expose.paths().forEach(path -> message.addPaths(ExposePath.newBuilder()
                .setListenerPort((int) path.listenerPort())
                .setPath(path.path())
                .setLocalPathPort((int) path.localPathPort())
                .setProtocol(path.protocol())
                .setParsedFromCheck(path.parsedFromCheck())));
        return message.build();
    }

    static dev.proconsul.rpc.structs.proto.EnvoyExtension of(EnvoyExtension extension) {
        var message = dev.proconsul.rpc.structs.proto.EnvoyExtension.newBuilder()
                .setName(extension.name())
                .setRequired(extension.required())
                .setConsulVersion(extension.consulVersion())
                .setEnvoyVersion(extension.envoyVersion());
        FreeForm.of(extension.arguments()).ifPresent(message::setArguments);
        return message.build();
    }

    private static dev.proconsul.rpc.structs.proto.AccessLogsConfig of(AccessLogsConfig logs) {
        return dev.proconsul.rpc.structs.proto.AccessLogsConfig.newBuilder()
                .setEnabled(logs.enabled())
                .setDisableListenerLogs(logs.disableListenerLogs())
                .setType(logs.type())
                .setPath(logs.path())
                .setJSONFormat(logs.jsonFormat())
                .setTextFormat(logs.textFormat())
                .build();
    }
}
