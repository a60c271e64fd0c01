package dev.proconsul.rpc.server.internal;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.TlsIdentity;
import dev.proconsul.rpc.transport.tls.TlsObserver;
import java.lang.System.Logger;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Counts and logs handshakes: names and versions, never keys. Any thread.
final class TlsCounters implements TlsObserver {
    private static final Logger LOG = System.getLogger("agent.server.rpc");

    private final LongAdder secured = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder evicted = new LongAdder();
    private final LogLimit logLimit = new LogLimit(System::nanoTime);

    @Override
    public void secured(Connection connection, TlsIdentity identity) {
        secured.increment();
        LOG.log(DEBUG, () -> "TLS handshake: " + connection + " version=" + identity.version()
                + " sni=" + identity.serverName().orElse("none") + " alpn=" + identity.alpn().orElse("none")
                + " certificate=" + identity.certificates().stream().findFirst()
                        .map(leaf -> leaf.getSubjectX500Principal().getName()).orElse("none"));
    }

    @Override
    public void failed(Connection connection, String reason) {
        failed.increment();
        if (logLimit.pass()) {
            LOG.log(ERROR, () -> "TLS handshake failed: " + reason + ": " + connection + logLimit.omitted());
        }
    }

    @Override
    public void evicted(Connection connection) {
        evicted.increment();
    }

    void addTo(Map<String, Long> all) {
        all.put("rpc.tls.handshakes", secured.sum());
        all.put("rpc.tls.failed", failed.sum());
        all.put("rpc.tls.evicted", evicted.sum());
    }
}
