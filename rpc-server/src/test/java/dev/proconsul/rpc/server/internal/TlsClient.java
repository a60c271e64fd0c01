package dev.proconsul.rpc.server.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/// A TLS client that is not ours: the JDK's `SSLSocket`, with or without a certificate. It trusts the authority of the
/// test certificates and looks at no name. Immutable.
///
/// @param certificate the client's own, as file name without `.pem`
/// @param versions    the versions it speaks
/// @param alpn        the names it offers
/// @param serverName  whom it asks for (SNI)
record TlsClient(
        Optional<String> certificate, List<String> versions, List<String> alpn, Optional<String> serverName) {
    static final TlsClient NOBODY =
            new TlsClient(Optional.empty(), List.of("TLSv1.3", "TLSv1.2"), List.of(), Optional.empty());
    static final TlsClient CLIENT = NOBODY.showing("dc1-client-consul-0");
    static final TlsClient SERVER = NOBODY.showing("dc1-server-consul-0");
    static final TlsClient SERVER_OF_DC2 = NOBODY.showing("dc2-server-consul-0");
    /// Of an authority that nobody trusts.
    static final TlsClient STRANGER = NOBODY.showing("untrusted/dc1-client-consul-0");

    TlsClient showing(String newCertificate) {
        return new TlsClient(Optional.of(newCertificate), versions, alpn, serverName);
    }

    TlsClient speaking(String version) {
        return new TlsClient(certificate, List.of(version), alpn, serverName);
    }

    TlsClient offering(String... names) {
        return new TlsClient(certificate, versions, List.of(names), serverName);
    }

    TlsClient askingFor(String name) {
        return new TlsClient(certificate, versions, alpn, Optional.of(name));
    }

    /// Shakes hands over a socket on which nothing of TLS has been said yet.
    SSLSocket over(Socket socket) throws IOException {
        var secure = (SSLSocket) context().getSocketFactory()
                .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
        secure.setEnabledProtocols(versions.toArray(String[]::new));
        var parameters = secure.getSSLParameters();
        parameters.setApplicationProtocols(alpn.toArray(String[]::new));
        serverName.ifPresent(name -> parameters.setServerNames(List.of(new SNIHostName(name))));
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    /// TLS after type byte 3 or 7.
    Wire after(String typeByte, InetSocketAddress address) throws IOException {
        var socket = Wire.open(address);
        socket.getOutputStream().write(Wire.hex(typeByte));
        return Wire.over(handshake(socket));
    }

    /// TLS from the first byte.
    Wire to(InetSocketAddress address) throws IOException {
        return Wire.over(handshake(Wire.open(address)));
    }

    private SSLSocket handshake(Socket socket) throws IOException {
        try {
            return over(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    SSLContext context() {
        try {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", certificate("consul-agent-ca"));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            var own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            if (certificate.isPresent()) {
                own.setKeyEntry("own", key(certificate.get()), new char[0],
                        new X509Certificate[] {certificate(certificate.get())});
            }
            var context = SSLContext.getInstance("TLS");
            var keys = certificate.isPresent() ? new KeyManager[] {new Stubborn(own)} : new KeyManager[0];
            context.init(keys, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError("the test certificates cannot be read", e);
        }
    }

    static String text(String name) {
        try (InputStream in = TlsClient.class.getResourceAsStream("/tls/" + name + ".pem")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new AssertionError("no " + name, e);
        }
    }

    private static X509Certificate certificate(String name) throws GeneralSecurityException, IOException {
        try (InputStream in = TlsClient.class.getResourceAsStream("/tls/" + name + ".pem")) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static PrivateKey key(String name) throws GeneralSecurityException {
        var base64 = text(name + "-key.pkcs8").replaceAll("-----[^-]+-----|\\s", "");
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    /// Shows its certificate whatever authorities the server names.
    private static final class Stubborn extends X509ExtendedKeyManager {
        private final KeyStore own;

        Stubborn(KeyStore own) {
            this.own = own;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return "";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            try {
                return new X509Certificate[] {(X509Certificate) own.getCertificate("own")};
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            try {
                return (PrivateKey) own.getKey("own", new char[0]);
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
    }
}
