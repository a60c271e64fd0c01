package dev.proconsul.rpc.api;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/// What a TLS handshake has established.
///
/// @param version      protocol version as the JDK names it, for example `TLSv1.3`
/// @param alpn         the negotiated application protocol; empty when none was negotiated
/// @param serverName   the name that the client asked for (SNI); empty when it asked for none. Never used to decide
/// @param certificates the peer's verified chain, leaf first; empty when the peer showed no certificate
public record TlsIdentity(
        String version, Optional<String> alpn, Optional<String> serverName, List<X509Certificate> certificates) {
    /// Copies the chain.
    public TlsIdentity {
        certificates = List.copyOf(certificates);
    }
}
