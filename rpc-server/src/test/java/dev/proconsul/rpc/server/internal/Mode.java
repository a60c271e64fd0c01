package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfig;

/// What a server may make of TLS. The transport chapter calls the first P, the second C, and the last V.
enum Mode {
    NO_TLS,
    TLS_CAPABLE,
    VERIFY_INCOMING,
    VERIFY_SERVER_HOSTNAME;

    boolean hasTls() {
        return this != NO_TLS;
    }

    boolean takesClearText() {
        return this == NO_TLS || this == TLS_CAPABLE;
    }

    ServerConfig of(ServerConfig config) {
        if (this == NO_TLS) {
            return config;
        }
        var tls = TlsConfig.NONE
                .withAuthorities(pem("consul-agent-ca"))
                .withCertificate(pem("dc1-server-consul-0"), pem("dc1-server-consul-0-key"))
                .withVerification(!takesClearText(), !takesClearText(), this == VERIFY_SERVER_HOSTNAME);
        return config.withTls(tls);
    }

    static PemSource pem(String name) {
        return PemSource.text(name, TlsClient.text(name));
    }
}
