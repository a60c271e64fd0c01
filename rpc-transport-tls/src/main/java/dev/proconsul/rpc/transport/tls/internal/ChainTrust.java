package dev.proconsul.rpc.transport.tls.internal;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Trusts what the configured authorities have signed, and nothing else; where a name is asked for, only under that
/// name. The JDK verifies the chain; this class verifies the name, and says in plain words what is wrong.
public final class ChainTrust extends X509ExtendedTrustManager {
    private final Chains chains;
    private final List<X509Certificate> authorities;
    private final Optional<String> serverName;
    private final InstantSource clock;

    private ChainTrust(Chains chains, List<X509Certificate> authorities, Optional<String> serverName,
            InstantSource clock) {
        this.chains = chains;
        this.authorities = authorities;
        this.serverName = serverName;
        this.clock = clock;
    }

    static ChainTrust of(List<X509Certificate> authorities, InstantSource clock) {
        return new ChainTrust(new Chains(authorities), authorities, Optional.empty(), clock);
    }

    /// The JDK's part, made when the first chain comes: a server without TLS starts without it.
    private static final class Chains {
        private final List<X509Certificate> authorities;
        private volatile @Nullable X509ExtendedTrustManager made;

        Chains(List<X509Certificate> authorities) {
            this.authorities = authorities;
        }

        X509ExtendedTrustManager get() {
            var known = made;
            if (known == null) {
                known = make(); // two at once make the same twice, which does no harm
                made = known;
            }
            return known;
        }

        private X509ExtendedTrustManager make() {
            try {
                var store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                for (int i = 0; i < authorities.size(); i++) {
                    store.setCertificateEntry("ca" + i, authorities.get(i));
                }
                var factory = TrustManagerFactory.getInstance("PKIX");
                factory.init(store);
                return jdk(factory.getTrustManagers());
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("the JDK cannot hold certificates in memory", e);
            }
        }
    }

    private static X509ExtendedTrustManager jdk(TrustManager... managers) {
        return Arrays.stream(managers).filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast).findFirst()
                .orElseThrow(() -> new IllegalStateException("the JDK has no trust manager for X.509"));
    }

    /// {@return the same trust, but only in a server of this name}
    ChainTrust inServer(String name) {
        return new ChainTrust(chains, authorities, Optional.of(name), clock);
    }

    /// Verifies a chain once more, after the handshake, as that of a client that has a name.
    void verifyClient(List<X509Certificate> chain, String name) throws CertificateException {
        var certificates = chain.toArray(X509Certificate[]::new);
        checkClientTrusted(certificates, certificates[0].getPublicKey().getAlgorithm());
        CertificateNames.require(certificates[0], name);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        verify(chain, () -> chains.get().checkClientTrusted(chain, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        verify(chain, () -> chains.get().checkServerTrusted(chain, authType, engine));
        verifyName(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        verify(chain, () -> chains.get().checkClientTrusted(chain, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        verify(chain, () -> chains.get().checkServerTrusted(chain, authType, socket));
        verifyName(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        verify(chain, () -> chains.get().checkClientTrusted(chain, authType));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        verify(chain, () -> chains.get().checkServerTrusted(chain, authType));
        verifyName(chain);
    }

    private void verifyName(X509Certificate... chain) throws CertificateException {
        if (serverName.isPresent()) {
            CertificateNames.require(chain[0], serverName.get());
        }
    }

    /// Names are not sent to peers: a list of authorities tells who we are, and no peer here needs it to choose.
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    @FunctionalInterface
    private interface Check {
        void run() throws CertificateException;
    }

    private void verify(X509Certificate[] chain, Check check) throws CertificateException {
        try {
            check.run();
        } catch (CertificateException e) {
            throw new CertificateException(explain(chain, e), e);
        }
        requireValidAuthority(chain);
    }

    /// The JDK takes an authority for granted, whatever its dates say.
    private void requireValidAuthority(X509Certificate... chain) throws CertificateException {
        var now = Date.from(clock.instant());
        var issuer = chain[chain.length - 1].getIssuerX500Principal();
        var candidates = authorities.stream().filter(ca -> ca.getSubjectX500Principal().equals(issuer)).toList();
        if (!candidates.isEmpty() && candidates.stream().allMatch(ca -> now.after(ca.getNotAfter()))) {
            throw new CertificateExpiredException("certificate of authority " + issuer.getName() + " has expired on "
                    + candidates.getFirst().getNotAfter().toInstant());
        }
    }

    private String explain(X509Certificate[] chain, CertificateException failure) {
        var now = Date.from(clock.instant());
        for (var certificate : chain) {
            var subject = "certificate of " + certificate.getSubjectX500Principal().getName();
            try {
                certificate.checkValidity(now);
            } catch (CertificateExpiredException e) {
                return subject + " has expired on " + certificate.getNotAfter().toInstant();
            } catch (CertificateNotYetValidException e) {
                return subject + " is valid only from " + certificate.getNotBefore().toInstant();
            }
        }
        var leaf = chain[0];
        var last = chain[chain.length - 1];
        boolean known = authorities.stream()
                .anyMatch(ca -> ca.getSubjectX500Principal().equals(last.getIssuerX500Principal()));
        var what = "certificate of " + leaf.getSubjectX500Principal().getName();
        return known ? what + " is refused: " + reason(failure)
                : what + " is signed by unknown authority " + last.getIssuerX500Principal().getName();
    }

    private static String reason(Throwable failure) {
        var deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }
}
