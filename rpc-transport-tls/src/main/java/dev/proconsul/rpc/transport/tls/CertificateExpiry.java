package dev.proconsul.rpc.transport.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;

/// When a certificate expires.
///
/// @param own      whether it is shown by us, and not an authority's that we trust
/// @param subject  whose it is
/// @param notAfter the last moment at which it is valid
public record CertificateExpiry(boolean own, String subject, Instant notAfter) {
    static CertificateExpiry ofOwn(X509Certificate certificate) {
        return new CertificateExpiry(true, certificate.getSubjectX500Principal().getName(),
                certificate.getNotAfter().toInstant());
    }

    static CertificateExpiry ofAuthority(X509Certificate certificate) {
        return new CertificateExpiry(false, certificate.getSubjectX500Principal().getName(),
                certificate.getNotAfter().toInstant());
    }
}
