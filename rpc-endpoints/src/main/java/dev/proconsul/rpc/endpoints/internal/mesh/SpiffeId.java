package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/// Who a URI of the form `spiffe://<trust domain>/…` names.
///
/// | kind | path |
/// |---|---|
/// | service | `[/ap/<partition>]/ns/<namespace>/dc/<datacenter>/svc/<name>` |
/// | agent | `[/ap/<partition>]/agent/client/dc/<datacenter>/id/<node>` |
/// | mesh gateway | `[/ap/<partition>]/gateway/mesh/dc/<datacenter>` |
/// | server | `/agent/server/dc/<datacenter>` |
///
/// @param kind       what it is
/// @param host       trust domain
/// @param path       as it stands in the URI
/// @param datacenter where it is
/// @param name       name of the service or node; empty for the others
///
/// Source: Consul `agent/connect/uri.go`.
record SpiffeId(Kind kind, String host, String path, String datacenter, String name) {
    static final String PARTITION = "(?:/ap/[^/]+)?";

    /// What can be named.
    enum Kind {
        SERVICE(SpiffeId.PARTITION + "/ns/[^/]+/dc/(?<dc>[^/]+)/svc/(?<name>[^/]+)"),
        AGENT(SpiffeId.PARTITION + "/agent/client/dc/(?<dc>[^/]+)/id/(?<name>[^/]+)"),
        MESH_GATEWAY(SpiffeId.PARTITION + "/gateway/mesh/dc/(?<dc>[^/]+)(?<name>)"),
        SERVER("/agent/server/dc/(?<dc>[^/]+)(?<name>)");

        private final Pattern path;

        Kind(String path) {
            this.path = Pattern.compile(path);
        }
    }

    static SpiffeId parse(String text) throws RpcException {
        var uri = uri(text);
        Mesh.unless("spiffe".equals(uri.getScheme()), "SPIFFE ID must have 'spiffe' scheme");
        var path = uri.getPath();
        var host = uri.getRawAuthority();
        if (path != null && host != null) {
            for (var kind : Kind.values()) {
                var match = kind.path.matcher(path);
                if (match.matches()) {
                    return new SpiffeId(kind, host, uri.getRawPath(), match.group("dc"), match.group("name"));
                }
            }
        }
        throw new RpcException("SPIFFE ID in CSR must be a service, mesh-gateway, or agent ID");
    }

    private static URI uri(String text) throws RpcException {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new RpcException("SPIFFE ID is not in the expected format: " + e.getMessage(), e);
        }
    }

    /// {@return the same in another trust domain}
    /// @param trustDomain which
    String in(String trustDomain) {
        return "spiffe://" + trustDomain + path;
    }
}
