package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.structs.AutopilotHealthReply;
import dev.proconsul.rpc.structs.AutopilotServer;
import dev.proconsul.rpc.structs.AutopilotServerHealth;
import dev.proconsul.rpc.structs.AutopilotState;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.Operator;
import dev.proconsul.rpc.structs.ServerHealth;
import dev.proconsul.rpc.structs.ServerState;
import dev.proconsul.rpc.structs.ServerStats;
import dev.proconsul.rpc.structs.WireTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// How the servers are, as far as this one knows: itself for certain, and of the others that they have a vote.
///
/// Source: Consul `agent/consul/operator_autopilot_endpoint.go`, the library raft-autopilot.
final class ServerHealthReport {
    private static final long ALIVE = 1;
    private static final long RAFT_VERSION = 3;

    private final Host host;
    private final WireTime since;

    ServerHealthReport(Host host) {
        this.host = host;
        since = WireTime.of(host.time().instant());
    }

    List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(Operator.SERVER_HEALTH, this::health),
                host.endpoint(Operator.AUTOPILOT_STATE, this::state));
    }

    /// How many servers may fail before there is no majority.
    private int failureTolerance() {
        return Math.max(0, (host.consensus().peers().size() - 1) / 2);
    }

    private String leader() {
        return host.consensus().leader().map(ServerInfo::id).orElse("");
    }

    private AutopilotHealthReply health(DCSpecificRequest request, Authorizer caller) throws RpcException {
        OperatorEndpoint.requireRead(caller);
        var statistics = host.consensus().statistics();
        var leader = leader();
        var servers = new ArrayList<AutopilotServerHealth>();
        for (var peer : host.consensus().peers()) {
            servers.add(new AutopilotServerHealth(peer.id(), peer.node(), peer.address(), ALIVE,
                    SelfRegistration.VERSION, peer.id().equals(leader), Duration.ZERO, statistics.lastTerm(),
                    statistics.lastIndex(), true, true, since));
        }
        return new AutopilotHealthReply(!leader.isEmpty(), failureTolerance(), servers);
    }

    private AutopilotState state(DCSpecificRequest request, Authorizer caller) throws RpcException {
        OperatorEndpoint.requireRead(caller);
        var statistics = host.consensus().statistics();
        var leader = leader();
        var servers = new LinkedHashMap<String, ServerState>();
        for (var peer : host.consensus().peers()) {
            boolean leads = peer.id().equals(leader);
            var server = new AutopilotServer(peer.id(), peer.node(), peer.address(), "alive", SelfRegistration.VERSION,
                    Nil.map(), RAFT_VERSION, leads, "voter", null);
            servers.put(peer.id(), new ServerState(server, leads ? "leader" : "voter",
                    new ServerStats(Duration.ZERO, statistics.lastTerm(), statistics.lastIndex()),
                    new ServerHealth(true, since)));
        }
        return new AutopilotState(!leader.isEmpty(), failureTolerance(), servers, leader, List.copyOf(servers.keySet()),
                null);
    }
}
