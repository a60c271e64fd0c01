package dev.proconsul.rpc.server.internal;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.transport.tls.CertificateExpiry;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import java.lang.System.Logger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;

/// Says in time that certificates will expire: at the start, at each reload, and every hour.
///
/// Source: Consul `agent/consul/leader_metrics.go` and `agent/metrics.go`, `agent.tls.cert.expiry`.
final class CertificateWatch implements AutoCloseable {
    /// When to begin to warn.
    static final Duration NOTICE = Duration.ofDays(28);

    private static final Logger LOG = System.getLogger("agent.tlsutil");
    private static final Duration PAUSE = Duration.ofHours(1);

    private final TlsConfigurator tls;
    private final InstantSource clock;
    private final Thread thread;

    CertificateWatch(TlsConfigurator tls, InstantSource clock) {
        this.tls = tls;
        this.clock = clock;
        thread = Thread.ofVirtual().name("certificate watch").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                warn();
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            // The server is closing.
        }
    }

    void warn() {
        warnings().forEach(line -> LOG.log(WARNING, line));
    }

    /// {@return a line for each certificate that expires soon, or has expired}
    List<String> warnings() {
        var now = clock.instant();
        return tls.expiries().stream()
                .filter(expiry -> expiry.notAfter().isBefore(now.plus(NOTICE)))
                .map(expiry -> line(expiry, Duration.between(now, expiry.notAfter())))
                .toList();
    }

    private static String line(CertificateExpiry expiry, Duration left) {
        var what = (expiry.own() ? "TLS certificate of this server" : "TLS certificate of an authority") + ", "
                + expiry.subject();
        return left.isNegative()
                ? what + ", has expired on " + expiry.notAfter() + "; peers refuse it: renew it and reload (SIGHUP)"
                : what + ", expires in " + left.toDays() + " days, on " + expiry.notAfter()
                        + "; renew it and reload (SIGHUP)";
    }

    /// {@return seconds until our own certificate expires, less than zero when it has; empty without one}
    OptionalLong secondsLeft() {
        var now = clock.instant();
        return tls.expiries().stream().filter(CertificateExpiry::own).limit(1)
                .mapToLong(expiry -> Duration.between(now, expiry.notAfter()).toSeconds()).findFirst();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
