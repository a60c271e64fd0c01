package consumer;

import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.transport.tls.CertificateAuthority;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Plan;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Subject;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Usage;
import dev.proconsul.rpc.transport.tls.Listener;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import dev.proconsul.rpc.transport.tls.TlsDialer;
import dev.proconsul.rpc.transport.tls.TlsObserver;
import dev.proconsul.rpc.transport.tls.TlsUpgrade;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

/// A server and a client that trust the same authority.
public final class Consumer implements Callable<String> {
    private static final String NAME = "server.dc1.consul";
    private static final Duration SOON = Duration.ofSeconds(20);

    /// Made by the service loader.
    public Consumer() {}

    @Override
    public String call() throws IOException {
        var authority = CertificateAuthority.create(new Plan("ours", SOON, List.of(), ""), Instant.now());
        var pair = authority.issue(new Subject(Usage.SERVER, NAME, List.of(NAME), List.of(), SOON), Instant.now());
        var tls = TlsConfigurator.load(TlsConfig.NONE
                .withAuthorities(PemSource.text("authority", authority.pem().certificate()))
                .withCertificate(PemSource.text("certificate", pair.certificate()), PemSource.text("key", pair.key())));
        try (var listener = Listener.bind(new InetSocketAddress("127.0.0.1", 0))) {
            var upgrade = new TlsUpgrade(tls, SOON, 10, TlsObserver.NONE);
            Thread.startVirtualThread(() -> serve(listener, upgrade));
            try (var client = TlsDialer.toName(tls, NAME).dial(listener.address(), Protocol.RPC, SOON)) {
                var said = new String(client.input().readNBytes(5), StandardCharsets.US_ASCII);
                return client.tls().orElseThrow().version() + " for " + NAME + ": " + said;
            }
        }
    }

    private static void serve(Listener listener, TlsUpgrade upgrade) {
        try (var clear = listener.accept()) {
            clear.input().skipNBytes(1); // the type byte of TLS
            try (var secure = upgrade.rpc(clear)) {
                secure.input().skipNBytes(1); // that of RPC, inside
                secure.output().write("hello".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
