package dev.proconsul.rpc.transport.tls.internal;

import java.net.InetAddress;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// For which names a certificate is valid. Only its subject alternative names count; the common name does not.
///
/// Source: RFC 6125; Go `crypto/x509`, `VerifyHostname`.
final class CertificateNames {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private CertificateNames() {}

    /// Checks that a certificate is valid for a DNS name or an IP address.
    ///
    /// @throws CertificateException when it is not; says for which it is
    static void require(X509Certificate certificate, String name) throws CertificateException {
        var address = literal(name);
        boolean matches = address == null
                ? names(certificate, DNS_NAME).stream().anyMatch(pattern -> matches(pattern, name))
                : names(certificate, IP_ADDRESS).stream().anyMatch(text -> address.equals(literal(text)));
        if (!matches) {
            var valid = new ArrayList<>(names(certificate, DNS_NAME));
            valid.addAll(names(certificate, IP_ADDRESS));
            throw new CertificateException("certificate is valid for "
                    + (valid.isEmpty() ? "no name" : String.join(", ", valid)) + ", not " + name);
        }
    }

    private static List<String> names(X509Certificate certificate, int type) throws CertificateParsingException {
        var all = certificate.getSubjectAlternativeNames();
        return all == null ? List.of() : all.stream()
                .filter(name -> name.get(0).equals(type))
                .map(name -> name.get(1).toString())
                .toList();
    }

    /// A `*` stands for exactly one label, the leftmost.
    static boolean matches(String pattern, String name) {
        var expected = labels(pattern);
        var actual = labels(name);
        if (expected.length != actual.length || actual.length == 0) {
            return false;
        }
        for (int i = 0; i < actual.length; i++) {
            boolean wildcard = i == 0 && expected[0].equals("*") && actual.length > 1;
            if (actual[i].isEmpty() || !wildcard && !expected[i].equals(actual[i])) {
                return false;
            }
        }
        return true;
    }

    private static String[] labels(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return (lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower).split("\\.", -1);
    }

    /// {@return the address that a text spells out, without asking anybody; null for a name}
    static @Nullable InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
