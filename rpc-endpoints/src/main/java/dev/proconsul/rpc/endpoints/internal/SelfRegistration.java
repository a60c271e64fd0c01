package dev.proconsul.rpc.endpoints.internal;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.endpoints.Endpoints;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.Weights;
import java.util.List;
import java.util.Map;

/// Registers the leader itself: its node, the check that gossip would keep, and the service `consul`.
///
/// Source: Consul `agent/consul/leader_registrator_v1.go`, `handleAliveMember`.
final class SelfRegistration implements Duty {
    /// The release that this server behaves like.
    static final String VERSION = Endpoints.CONSUL_VERSION;

    private static final System.Logger LOG = System.getLogger("agent.server");
    private static final String CONSUL = "consul";

    private final Host host;

    SelfRegistration(Host host) {
        this.host = host;
    }

    @Override
    public void lead() {
        try {
            var self = host.consensus().leader();
            if (self.isPresent() && !isHeardOf(self.get())) {
                host.apply(Commands.REGISTER, registration(self.get()));
            }
        } catch (RpcException e) {
            LOG.log(WARNING, () -> "failed to register this server: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server ends
        }
    }

    /// What the gossip tells is registered by [CatalogReconciliation], with more of it.
    private boolean isHeardOf(ServerInfo self) {
        return host.gossip().lan().isPresent()
                && host.gossip().lan().get().servers(host.datacenter()).contains(self);
    }

    private RegisterRequest registration(ServerInfo self) {
        int colon = self.address().lastIndexOf(':');
        var address = self.address().substring(0, colon);
        long port = Long.parseLong(self.address().substring(colon + 1));
        var service = NodeService.ZERO.withId(CONSUL).withService(CONSUL).withPort(port).withWeights(new Weights(1, 1))
                .withTags(List.of()).withMeta(Map.of("version", VERSION, "raft_version", "3"));
        var check = HealthCheck.ZERO.withNode(self.node()).withCheckID(SerfHealth.ID).withName(SerfHealth.NAME)
                .withStatus("passing").withOutput(SerfHealth.ALIVE);
        return RegisterRequest.ZERO.withDatacenter(host.datacenter()).withId(self.id()).withNode(self.node())
                .withAddress(address).withTaggedAddresses(Map.of("lan", address, "wan", address))
                .withNodeMeta(Map.of("consul-version", VERSION)).withService(service).withCheck(check);
    }

    @Override
    public void follow() {
        // What is registered stays: the next leader looks after it.
    }
}
