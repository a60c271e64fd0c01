package dev.proconsul.rpc.transport.tls;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// What a configuration says of TLS on the server port, in both directions. Immutable; nothing is read from disk until a
/// [TlsConfigurator] loads it.
///
/// Names in parentheses are Consul's. Source: Consul `tlsutil/config.go`, `agent/config/builder.go`.
///
/// @param authorities          who may sign the certificates of peers (`ca_file`, `ca_path`)
/// @param certificate          our certificate, shown as server and as client, with its intermediates behind it
///                             (`cert_file`)
/// @param key                  the private key of it (`key_file`)
/// @param agentAuthorities     who else may sign the certificates of client agents that dial us, and never those of
///                             servers (the authority behind `auto_encrypt.allow_tls`)
/// @param verifyIncoming       refuse clear text, and demand a client certificate also where TLS begins with type byte 3
///                             (`verify_incoming`, `verify_incoming_rpc`)
/// @param verifyOutgoing       dial with TLS, and verify the chain of the server (`verify_outgoing`)
/// @param verifyServerHostname verify the server's name, too, and let only servers speak Raft
///                             (`verify_server_hostname`); implies `verifyOutgoing`
/// @param minVersion           least version (`tls_min_version`)
/// @param cipherSuites         suites of TLS 1.2 by their JDK names; empty for the JDK's choice (`tls_cipher_suites`)
/// @param datacenter           our own datacenter (`datacenter`)
/// @param domain               the DNS domain, without a dot at its end (`domain`)
public record TlsConfig(
        PemSource authorities,
        PemSource certificate,
        PemSource key,
        PemSource agentAuthorities,
        boolean verifyIncoming,
        boolean verifyOutgoing,
        boolean verifyServerHostname,
        TlsVersion minVersion,
        List<String> cipherSuites,
        String datacenter,
        String domain) {
    /// No TLS at all.
    public static final TlsConfig NONE = new TlsConfig(PemSource.none(), PemSource.none(), PemSource.none(),
            PemSource.none(), false, false, false, TlsVersion.TLS_1_2, List.of(), "dc1", "consul");

    /// The suites of TLS 1.2 that can be configured.
    public static final List<String> KNOWN_SUITES = Stream.of("AES_128_GCM_SHA256", "AES_256_GCM_SHA384",
                    "CHACHA20_POLY1305_SHA256", "AES_128_CBC_SHA", "AES_256_CBC_SHA")
            .flatMap(cipher -> Stream.of("TLS_ECDHE_ECDSA_WITH_" + cipher, "TLS_ECDHE_RSA_WITH_" + cipher))
            .toList();

    /// Checks what can be checked without reading files.
    ///
    /// @throws IllegalArgumentException when a suite is unknown, or suites are chosen where TLS 1.3 is the least
    public TlsConfig {
        cipherSuites = List.copyOf(cipherSuites);
        verifyOutgoing |= verifyServerHostname;
        domain = (domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain).toLowerCase(Locale.ROOT);
        for (var suite : cipherSuites) {
            if (!KNOWN_SUITES.contains(suite)) {
                throw new IllegalArgumentException("tls_cipher_suites has " + suite + ", but only these can be chosen: "
                        + String.join(", ", KNOWN_SUITES));
            }
        }
        if (!cipherSuites.isEmpty() && minVersion == TlsVersion.TLS_1_3) {
            throw new IllegalArgumentException("tls_cipher_suites is for TLS 1.2 only, but tls_min_version is TLSv1_3; "
                    + "leave out one of them");
        }
    }

    /// {@return this configuration with other authorities}
    /// @param source certificates of authorities
    public TlsConfig withAuthorities(PemSource source) {
        return new TlsConfig(source, certificate, key, agentAuthorities, verifyIncoming, verifyOutgoing,
                verifyServerHostname, minVersion, cipherSuites, datacenter, domain);
    }

    /// {@return this configuration with another certificate of our own}
    /// @param chain      the certificate, with its intermediates behind it
    /// @param privateKey the private key of it
    public TlsConfig withCertificate(PemSource chain, PemSource privateKey) {
        return new TlsConfig(authorities, chain, privateKey, agentAuthorities, verifyIncoming, verifyOutgoing,
                verifyServerHostname, minVersion, cipherSuites, datacenter, domain);
    }

    /// {@return this configuration with other authorities of agents}
    /// @param source certificates of authorities
    public TlsConfig withAgentAuthorities(PemSource source) {
        return new TlsConfig(authorities, certificate, key, source, verifyIncoming, verifyOutgoing,
                verifyServerHostname, minVersion, cipherSuites, datacenter, domain);
    }

    /// {@return this configuration with other rules for peers}
    /// @param incoming   see [#verifyIncoming]
    /// @param outgoing   see [#verifyOutgoing]
    /// @param serverName see [#verifyServerHostname]
    public TlsConfig withVerification(boolean incoming, boolean outgoing, boolean serverName) {
        return new TlsConfig(authorities, certificate, key, agentAuthorities, incoming, outgoing, serverName,
                minVersion, cipherSuites, datacenter, domain);
    }

    /// {@return this configuration with other versions and suites}
    /// @param least  least version
    /// @param suites suites of TLS 1.2, empty for the JDK's choice
    public TlsConfig withProtocol(TlsVersion least, List<String> suites) {
        return new TlsConfig(authorities, certificate, key, agentAuthorities, verifyIncoming, verifyOutgoing,
                verifyServerHostname, least, suites, datacenter, domain);
    }

    /// {@return this configuration in another place}
    /// @param ownDatacenter our own datacenter
    /// @param dnsDomain     the DNS domain
    public TlsConfig withPlace(String ownDatacenter, String dnsDomain) {
        return new TlsConfig(authorities, certificate, key, agentAuthorities, verifyIncoming, verifyOutgoing,
                verifyServerHostname, minVersion, cipherSuites, ownDatacenter, dnsDomain);
    }

    /// {@return the name that the certificates of all servers of a datacenter have}
    /// @param ofDatacenter which
    public String serverName(String ofDatacenter) {
        return "server." + ofDatacenter + "." + domain;
    }
}
