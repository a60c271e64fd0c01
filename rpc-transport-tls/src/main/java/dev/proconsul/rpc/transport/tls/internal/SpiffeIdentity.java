package dev.proconsul.rpc.transport.tls.internal;

import dev.proconsul.rpc.transport.tls.CertificateAuthority.Requester;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.SigningRules;
import dev.proconsul.rpc.transport.tls.SigningRefusedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Who a URI of the form `spiffe://<trust domain>/…` names.
///
/// @param requester what it is
/// @param name      name of the agent or service; empty for the others
/// @param uri       the URI to sign: that of the request, in the trust domain of the authority
///
/// Source: Consul `agent/connect/uri.go`.
public record SpiffeIdentity(Requester requester, String name, String uri) {
    private static final String PARTITION = "(?:/ap/[^/]+)?";
    private static final Pattern SERVICE = Pattern.compile(PARTITION + "/ns/[^/]+/dc/([^/]+)/svc/([^/]+)");
    private static final Pattern AGENT = Pattern.compile(PARTITION + "/agent/client/dc/([^/]+)/id/([^/]+)");
    private static final Pattern MESH_GATEWAY = Pattern.compile(PARTITION + "/gateway/mesh/dc/([^/]+)");
    private static final Pattern SERVER = Pattern.compile("/agent/server/dc/([^/]+)");

    static SpiffeIdentity of(String text, SigningRules rules) throws SigningRefusedException {
        var uri = parse(text);
        var path = uri.getPath();
        var agent = AGENT.matcher(path);
        if (agent.matches()) {
            // An agent does not know the trust domain yet, and which datacenter it names is not looked at.
            return in(rules, Requester.AGENT, agent.group(2), uri);
        }
        var service = SERVICE.matcher(path);
        if (service.matches()) {
            requireOurs(uri, service, rules);
            return in(rules, Requester.SERVICE, service.group(2), uri);
        }
        var gateway = MESH_GATEWAY.matcher(path);
        if (gateway.matches()) {
            requireOurs(uri, gateway, rules);
            return in(rules, Requester.MESH_GATEWAY, "", uri);
        }
        var server = SERVER.matcher(path);
        if (server.matches()) {
            requireOurs(uri, server, rules);
            return in(rules, Requester.SERVER, "", uri);
        }
        throw new SigningRefusedException("SPIFFE ID in CSR must be a service, mesh-gateway, or agent ID");
    }

    private static URI parse(String text) throws SigningRefusedException {
        try {
            var uri = new URI(text);
            if (!"spiffe".equals(uri.getScheme())) {
                throw new SigningRefusedException("SPIFFE ID must have 'spiffe' scheme");
            }
            if (uri.getPath() == null || uri.getRawAuthority() == null) {
                throw new SigningRefusedException("SPIFFE ID is not in the expected format: " + text);
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new SigningRefusedException("SPIFFE ID is not in the expected format: " + e.getMessage(), e);
        }
    }

    private static void requireOurs(URI uri, Matcher match, SigningRules rules) throws SigningRefusedException {
        if (!match.group(1).equals(rules.datacenter())) {
            throw new SigningRefusedException("SPIFFE ID in CSR from a different datacenter: " + match.group(1)
                    + ", we are " + rules.datacenter());
        }
        if (!uri.getRawAuthority().equalsIgnoreCase(rules.trustDomain())) {
            throw new SigningRefusedException("SPIFFE ID in CSR from a different trust domain: " + uri.getRawAuthority()
                    + ", we are " + rules.trustDomain());
        }
    }

    private static SpiffeIdentity in(SigningRules rules, Requester requester, String name, URI uri)
            throws SigningRefusedException {
        if (!rules.requesters().contains(requester)) {
            throw new SigningRefusedException("Permission denied: no certificate is signed for " + uri);
        }
        return new SpiffeIdentity(requester, name, "spiffe://" + rules.trustDomain() + uri.getRawPath());
    }
}
