package dev.proconsul.rpc.client.internal.serf;

import dev.proconsul.rpc.api.Membership.Subscription;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.SerfConfig;
import dev.proconsul.rpc.client.SerfMembership;
import dev.proconsul.rpc.client.SerfMembership.State;
import dev.proconsul.rpc.client.ServerSink;
import dev.proconsul.rpc.client.ServerSource;
import org.jspecify.annotations.Nullable;

/// The servers that a Serf agent knows, for a client. Any thread.
public final class SerfServers implements ServerSource {
    private final SerfConfig config;

    // Guarded by this.
    private @Nullable SerfMembership membership;
    private @Nullable Subscription subscription;
    private boolean closed;

    /// Makes a source that knows nothing yet.
    /// @param config where the agent is
    public SerfServers(SerfConfig config) {
        this.config = config;
    }

    @Override
    public void start(ServerSink sink) throws CallException, InterruptedException {
        var serf = begin(sink);
        if (!serf.awaitMembers(config.callTimeout())) {
            throw new CallException.NotSent("no servers are known: " + switch (serf.state()) {
                case State.Misconfigured(var problem) -> problem;
                case State.Connecting(var problem) -> problem.orElse(config + " does not answer");
                case State.Connected _, State.Closed _ -> config + " was closed";
            }, null, Reason.NO_SERVER, null);
        }
        for (var datacenter : serf.datacenters()) {
            serf.servers(datacenter).forEach(sink::joined);
        }
    }

    /// Listens from the first moment on; what is read as well is told twice, which is harmless.
    private synchronized SerfMembership begin(ServerSink sink) {
        if (membership != null || closed) {
            throw new IllegalStateException("a source is started once, and not after it was closed");
        }
        membership = SerfMembership.start(config);
        subscription = membership.watch(sink::happened);
        return membership;
    }

    @Override
    public void close() {
        SerfMembership open;
        synchronized (this) {
            closed = true;
            open = membership;
            if (subscription != null) {
                subscription.close();
            }
        }
        if (open != null) {
            open.close();
        }
    }
}
