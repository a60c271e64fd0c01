package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.commands.MeshCommands;
import dev.proconsul.rpc.structs.CALeafRequest;
import dev.proconsul.rpc.structs.CAConfiguration;
import dev.proconsul.rpc.structs.CASignRequest;
import dev.proconsul.rpc.structs.IssuedCert;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.WireTime;

/// Signs requests of services, agents, gateways and servers.
///
/// Source: Consul `agent/consul/leader_connect_ca.go`, `AuthorizeAndSignCertificate`.
final class Signing {
    private final Host host;
    private final MeshAuthority authority;
    private final SigningRate rate;

    Signing(Host host, MeshAuthority authority) {
        this.host = host;
        this.authority = authority;
        rate = new SigningRate(host.time());
    }

    IssuedCert sign(CASignRequest request, Authorizer caller) throws RpcException, InterruptedException {
        Mesh.unless(request.csr().contains("-----BEGIN "), "no PEM-encoded data found");
        var signer = authority.signer();
        var asked = signer.read(request.csr());
        Mesh.unless(asked.uris().size() == 1,
                "CSR SAN contains an invalid number of URIs: " + asked.uris().size());
        Mesh.unless(asked.emails().isEmpty(), "CSR SAN does not allow specifying email addresses");
        var id = SpiffeId.parse(asked.uris().getFirst());
        requireWrite(caller, id);
        authority.ensure();
        var state = host.store().current();
        var config = MeshAuthority.config(state)
                .orElseThrow(() -> new RpcException("CA has not finished initializing"));
        requireOurs(id, config);
        var settings = CaSettings.of(config.config());
        rate.await(settings.maxPerSecond());
        var uri = id.in(MeshAuthority.trustDomain(config));
        var signed = signer.sign(authority.authority(state), request.csr(), uri, settings.leafTtl(),
                host.time().instant());
        long index = host.apply(MeshCommands.CA_LEAF, CALeafRequest.ZERO.withOp("increment-index")
                .withDatacenter(host.datacenter())) instanceof Long number ? number : 0;
        return named(IssuedCert.ZERO, id, uri)
                .withSerialNumber(signed.serial())
                .withCertPEM(signed.pem())
                .withValidAfter(WireTime.of(signed.notBefore()))
                .withValidBefore(WireTime.of(signed.notAfter()))
                .withRaftIndex(new RaftIndex(index, index));
    }

    private static void requireWrite(Authorizer caller, SpiffeId id) throws RpcException {
        switch (id.kind()) {
            case SERVICE -> caller.require(Resource.SERVICE, Access.WRITE, id.name());
            case AGENT -> caller.require(Resource.NODE, Access.WRITE, id.name());
            case MESH_GATEWAY -> caller.require(Resource.MESH, Access.WRITE, Authorizer.UNNAMED);
            case SERVER -> caller.require(Resource.ACL, Access.WRITE, Authorizer.UNNAMED);
        }
    }

    /// An agent does not know the trust domain before it has a certificate, and its datacenter is not looked at.
    private void requireOurs(SpiffeId id, CAConfiguration config) throws RpcException {
        if (id.kind() == SpiffeId.Kind.AGENT) {
            return;
        }
        Mesh.unless(id.datacenter().equals(host.datacenter()), "SPIFFE ID in CSR from a different datacenter: "
                + id.datacenter() + ", we are " + host.datacenter());
        var trustDomain = MeshAuthority.trustDomain(config);
        Mesh.unless(id.host().equalsIgnoreCase(trustDomain), "SPIFFE ID in CSR from a different trust domain: "
                + id.host() + ", we are " + trustDomain);
    }

    private static IssuedCert named(IssuedCert cert, SpiffeId id, String uri) {
        return switch (id.kind()) {
            case SERVICE -> cert.withService(id.name()).withServiceURI(uri);
            case AGENT -> cert.withAgent(id.name()).withAgentURI(uri);
            case MESH_GATEWAY -> cert.withKind("mesh-gateway").withKindURI(uri);
            case SERVER -> cert.withServerURI(uri);
        };
    }
}
