package dev.proconsul.rpc.transport.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.net.URISyntaxException;
import java.util.Objects;

/// The recorded certificates, made by Consul's own command.
final class Certificates {
    static final PemSource CA = file("consul-agent-ca.pem");

    private Certificates() {}

    static Path path(String name) {
        return resource("/tls/" + name);
    }

    static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(Certificates.class.getResource(name), name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static PemSource file(String name) {
        return PemSource.file(path(name));
    }

    /// {@return a configuration with the recorded authority, and the certificate of a name such as `dc1-server`}
    static TlsConfig of(String name) {
        return TlsConfig.NONE.withAuthorities(CA)
                .withCertificate(file(name + "-consul-0.pem"), file(name + "-consul-0-key.pem"));
    }

    /// {@return one that trusts the authority, and has nothing to show}
    static TlsConfig anonymous() {
        return TlsConfig.NONE.withAuthorities(CA);
    }

    static TlsConfigurator load(TlsConfig config) {
        try {
            return TlsConfigurator.load(config);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
