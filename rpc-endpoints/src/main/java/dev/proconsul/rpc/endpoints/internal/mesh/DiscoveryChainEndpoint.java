package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.Protocols;
import dev.proconsul.rpc.structs.CompiledDiscoveryChain;
import dev.proconsul.rpc.structs.DiscoveryChain;
import dev.proconsul.rpc.structs.DiscoveryChainRequest;
import dev.proconsul.rpc.structs.DiscoveryChainResponse;
import dev.proconsul.rpc.structs.EnvoyExtension;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The service `DiscoveryChain`: where the requests for a service go.
///
/// Source: Consul `agent/consul/discovery_chain_endpoint.go`, `agent/consul/discoverychain/compile.go`.
public final class DiscoveryChainEndpoint {
    private static final int HASH_BYTES = 8;

    private final Host host;
    private final MeshAuthority authority;

    /// Makes the service.
    /// @param host      what it runs in
    /// @param authority of the mesh
    public DiscoveryChainEndpoint(Host host, MeshAuthority authority) {
        this.host = host;
        this.authority = authority;
    }

    /// {@return its methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(host.endpoint(DiscoveryChain.GET, Mesh.whileOff(host), this::get));
    }

    private DiscoveryChainResponse get(DiscoveryChainRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        caller.require(Resource.SERVICE, Access.READ, request.name());
        Mesh.unless(!request.name().isEmpty(), "Must provide service name");
        authority.ensureConfig(); // the trust domain is in the names of the targets
        return host.queries().ask(DiscoveryChain.GET, request, caller, state -> {
            var chain = chain(state, request);
            long index = ConfigEntryReads.index(state);
            var reply = DiscoveryChainResponse.ZERO.withChain(chain);
            return (chain.defaultValue() ? Result.notFound(index, reply) : Result.found(index, reply)).onlyIfChanged();
        });
    }

    private CompiledDiscoveryChain chain(Reader state, DiscoveryChainRequest request) throws RpcException {
        var trustDomain = MeshAuthority.config(state).map(MeshAuthority::trustDomain)
                .orElseThrow(() -> new RpcException("CA has not finished initializing"));
        var datacenter = request.evaluateInDatacenter().isEmpty() ? host.datacenter() : request.evaluateInDatacenter();
        var stored = Protocols.of(state, request.name());
        var protocol = request.overrideProtocol().isEmpty() ? stored : request.overrideProtocol();
        var compiler = new ChainCompiler(new ChainTargets(state, request, datacenter, trustDomain),
                Protocols.isHttp(protocol));
        var start = compiler.start(request.name());
        var settings = ConfigEntryReads.serviceDefaults(state, request.name());
        List<EnvoyExtension> extensions = new ArrayList<>();
        ConfigEntryReads.proxyDefaults(state).ifPresent(proxies -> extensions.addAll(proxies.envoyExtensions()));
        settings.ifPresent(service -> extensions.addAll(service.envoyExtensions()));
        var only = compiler.nodes().size() == 1 ? compiler.nodes().get(start) : null;
        var resolver = only == null ? null : only.resolver();
        return CompiledDiscoveryChain.ZERO
                .withServiceName(request.name()).withNamespace("default").withPartition("default")
                .withDatacenter(datacenter)
                .withCustomizationHash(customization(request, stored))
                .withDefaultValue(resolver != null && resolver.defaultValue())
                .withProtocol(protocol)
                .withServiceMeta(settings.map(ServiceConfigEntry::meta).orElse(Nil.map()))
                .withEnvoyExtensions(extensions.isEmpty() ? Nil.list() : extensions)
                .withStartNode(start)
                .withNodes(compiler.nodes())
                .withTargets(compiler.targets());
    }

    /// Tells chains of one service apart that were asked for with other settings.
    private static String customization(DiscoveryChainRequest request, String protocol) {
        boolean other = !request.overrideProtocol().isEmpty() && !request.overrideProtocol().equals(protocol);
        if (!other && request.overrideMeshGateway().mode().isEmpty()
                && !request.overrideConnectTimeout().isPositive()) {
            return "";
        }
        var text = request.overrideMeshGateway().mode() + '\0' + request.overrideProtocol() + '\0'
                + request.overrideConnectTimeout();
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }
}
