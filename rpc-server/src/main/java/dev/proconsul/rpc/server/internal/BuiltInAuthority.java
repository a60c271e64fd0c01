package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.AgentCertificates;
import dev.proconsul.rpc.structs.CARoot;
import dev.proconsul.rpc.structs.CASignRequest;
import dev.proconsul.rpc.structs.IndexedCARoots;
import dev.proconsul.rpc.structs.IssuedCert;
import dev.proconsul.rpc.structs.QueryMeta;
import dev.proconsul.rpc.structs.SignedResponse;
import dev.proconsul.rpc.structs.WireTime;
import dev.proconsul.rpc.transport.tls.CertificateAuthority;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Plan;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Requester;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Signed;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.SigningRules;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.SigningRefusedException;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// The authority of a server with `auto_encrypt.allow_tls`: made when the server starts, kept in memory, and trusted by
/// it from then on. It signs for client agents, and for nobody who asks for the name of a server.
///
/// Threads: any. Source: Consul `agent/consul/auto_encrypt_endpoint.go`, `agent/connect/ca/provider_consul.go`.
final class BuiltInAuthority {
    private static final Duration VALIDITY = Duration.ofDays(3650);
    private static final Duration VALIDITY_OF_AGENTS = Duration.ofHours(72);
    private static final String NAME = "Consul CA Root Cert";

    private final String clusterId = UUID.randomUUID().toString();
    private final InstantSource clock;
    private final CertificateAuthority authority;
    private final WireTime made;

    BuiltInAuthority(InstantSource clock) {
        this.clock = clock;
        var now = clock.instant();
        made = WireTime.of(now);
        authority = CertificateAuthority.create(new Plan("Proconsul built-in authority", VALIDITY, List.of(), clusterId), now);
    }

    /// {@return a configuration that trusts this authority beside its own}
    TlsConfig trustedBy(TlsConfig config) {
        return config.withAgentAuthorities(PemSource.text("the built-in authority", root()));
    }

    private String root() {
        return authority.pem().certificate();
    }

    /// {@return what signs for the agents of a server}
    /// @param tls the server's TLS, which trusts this authority
    AgentCertificates signingFor(TlsConfigurator tls) {
        return request -> sign(request, tls);
    }

    private SignedResponse sign(CASignRequest request, TlsConfigurator tls) throws RpcException {
        var config = tls.config();
        var rules = new SigningRules(clusterId + ".consul", config.datacenter(), config.domain(),
                Set.of(Requester.AGENT), VALIDITY_OF_AGENTS);
        try {
            var signed = authority.sign(request.csr(), rules, clock.instant());
            return new SignedResponse(issued(signed), roots(), tls.authorityPems(), "", config.verifyServerHostname());
        } catch (SigningRefusedException e) {
            throw new RpcException(String.valueOf(e.getMessage()), e);
        }
    }

    private static IssuedCert issued(Signed signed) {
        return IssuedCert.ZERO.withSerialNumber(signed.serial()).withCertPEM(signed.pem())
                .withAgent(signed.name()).withAgentURI(signed.uri())
                .withValidAfter(WireTime.of(signed.notBefore())).withValidBefore(WireTime.of(signed.notAfter()));
    }

    private IndexedCARoots roots() {
        var root = CARoot.ZERO.withId(clusterId).withName(NAME).withExternalTrustDomain(clusterId)
                .withNotBefore(made).withNotAfter(WireTime.of(authority.notAfter())).withRootCert(root())
                .withActive(true).withPrivateKeyType("ec").withPrivateKeyBits(256);
        return new IndexedCARoots(clusterId, clusterId + ".consul", List.of(root), QueryMeta.ZERO.withIndex(1));
    }
}
