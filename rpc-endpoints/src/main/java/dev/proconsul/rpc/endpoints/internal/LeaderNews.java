package dev.proconsul.rpc.endpoints.internal;

import static java.lang.System.Logger.Level.DEBUG;

import dev.proconsul.rpc.api.Gossip;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Tells the gossip that there is a new leader: client agents take it for a sign to bring their services in.
///
/// Source: Consul `agent/consul/leader.go`, `leaderLoop`.
final class LeaderNews implements Duty {
    private static final System.Logger LOG = System.getLogger("agent.server");
    private static final String EVENT = "consul:new-leader";

    private final Host host;

    LeaderNews(Host host) {
        this.host = host;
    }

    @Override
    public void lead() {
        host.gossip().lan().ifPresent(pool -> host.time().after(Duration.ZERO, () -> tell(pool)));
    }

    private void tell(Gossip pool) {
        try {
            var self = host.consensus().leader().map(ServerInfo::node).orElse("");
            pool.fire(EVENT, self.getBytes(StandardCharsets.UTF_8));
        } catch (RpcException e) {
            LOG.log(DEBUG, () -> "the gossip does not hear of the new leader: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server ends
        }
    }

    @Override
    public void follow() {
        // Old news are no news.
    }
}
