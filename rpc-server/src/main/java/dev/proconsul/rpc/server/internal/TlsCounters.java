package dev.proconsul.rpc.server.internal;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.TlsIdentity;
import dev.proconsul.rpc.transport.tls.TlsObserver;
import java.lang.System.Logger;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Counts and logs handshakes: names and versions, never keys. Any thread.
final class TlsCounters implements TlsObserver {
    private static final Logger LOG = System.getLogger("agent.server.rpc");

    private static final int LONGEST_TEXT = 255;
    private static final int HEXADECIMAL = 16;

    private final LongAdder secured = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder evicted = new LongAdder();
    private final LogLimit logLimit = new LogLimit(System::nanoTime);
    private final LogLimit evictions = new LogLimit(1, System::nanoTime);

    @Override
    public void secured(Connection connection, TlsIdentity identity) {
        secured.increment();
        LOG.log(DEBUG, () -> "accepted TLS: " + text(identity) + ": " + connection);
    }

    static String text(TlsIdentity identity) {
        var text = new StringBuilder(identity.version());
        text.append(" sni=").append(identity.serverName().map(TlsCounters::printable).orElse("none"));
        text.append(" alpn=").append(identity.alpn().map(TlsCounters::printable).orElse("none"));
        text.append(" certificate=").append(identity.certificates().stream().findFirst()
                .map(leaf -> printable(leaf.getSubjectX500Principal().getName()) + " serial="
                        + leaf.getSerialNumber().toString(HEXADECIMAL))
                .orElse("none"));
        return text.toString();
    }

    /// What a peer has sent could forge lines of the log, or flood it.
    static String printable(String untrusted) {
        var text = untrusted.codePoints().limit(LONGEST_TEXT)
                .map(c -> c < ' ' || c > '~' ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
        return untrusted.length() > LONGEST_TEXT ? text + "..." : text.toString();
    }

    @Override
    public void failed(Connection connection, String reason) {
        failed.increment();
        if (logLimit.pass()) {
            LOG.log(ERROR, () -> "TLS handshake failed: " + printable(reason) + ": " + connection + logLimit.omitted());
        }
    }

    @Override
    public void evicted(Connection connection) {
        evicted.increment();
        if (evictions.pass()) {
            LOG.log(WARNING, () -> "too many half-open TLS handshakes (limits.tls_max_half_open_handshakes), the oldest"
                    + " gives way: " + connection + evictions.omitted());
        }
    }

    void addTo(Map<String, Long> all) {
        all.put("rpc.tls.handshakes", secured.sum());
        all.put("rpc.tls.failed", failed.sum());
        all.put("rpc.tls.evicted", evicted.sum());
    }
}
