package dev.proconsul.rpc.endpoints.internal;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.AutopilotTable;
import dev.proconsul.rpc.endpoints.internal.tables.UsageCount;
import dev.proconsul.rpc.endpoints.internal.tables.UsageTable;
import dev.proconsul.rpc.structs.AutopilotConfig;
import dev.proconsul.rpc.structs.AutopilotSetConfigRequest;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.Operator;
import dev.proconsul.rpc.structs.OperatorUsageRequest;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.RaftConfigurationResponse;
import dev.proconsul.rpc.structs.RaftRemovePeerRequest;
import dev.proconsul.rpc.structs.RaftServer;
import dev.proconsul.rpc.structs.ServiceUsage;
import dev.proconsul.rpc.structs.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// The service `Operator`: the servers, their log, and what is in use. Health of servers is in [ServerHealthReport].
///
/// Source: Consul `agent/consul/operator_raft_endpoint.go`, `operator_autopilot_endpoint.go`,
/// `operator_usage_endpoint.go`.
final class OperatorEndpoint {
    private static final System.Logger LOG = System.getLogger("agent.server");
    private static final List<String> MESH_KINDS = List.of("connect-proxy", "mesh-gateway", "terminating-gateway",
            "ingress-gateway", "api-gateway", UsageCount.NATIVE);
    private static final String RAFT_PROTOCOL = "3";

    private final Host host;

    OperatorEndpoint(Host host) {
        this.host = host;
    }

    List<Endpoint<?, ?>> rows() {
        var rows = new ArrayList<Endpoint<?, ?>>(new ServerHealthReport(host).rows());
        rows.add(host.endpoint(Operator.RAFT_GET_CONFIGURATION, this::raftConfiguration));
        rows.add(host.endpoint(Operator.RAFT_REMOVE_PEER_BY_ADDRESS, this::removeByAddress));
        rows.add(host.endpoint(Operator.RAFT_REMOVE_PEER_BY_ID, this::removeById));
        rows.add(host.endpoint(Operator.AUTOPILOT_GET_CONFIGURATION, this::autopilot));
        rows.add(host.endpoint(Operator.AUTOPILOT_SET_CONFIGURATION, this::setAutopilot));
        rows.add(host.here(Operator.USAGE, this::usage));
        return rows;
    }

    static void requireRead(Authorizer caller) throws RpcException {
        caller.require(Resource.OPERATOR, Access.READ, Authorizer.UNNAMED);
    }

    private static void requireWrite(Authorizer caller) throws RpcException {
        caller.require(Resource.OPERATOR, Access.WRITE, Authorizer.UNNAMED);
    }

    private RaftConfigurationResponse raftConfiguration(DCSpecificRequest request, Authorizer caller)
            throws RpcException {
        requireRead(caller);
        var leader = host.consensus().leader().map(ServerInfo::id).orElse("");
        long last = host.consensus().statistics().lastIndex();
        var servers = new ArrayList<RaftServer>();
        for (var peer : host.consensus().peers()) {
            boolean leads = peer.id().equals(leader);
            // How far followers are is not known here; 0 is what Consul says of those it has no word from.
            servers.add(new RaftServer(peer.id(), peer.node().isEmpty() ? "(unknown)" : peer.node(), peer.address(),
                    leads, RAFT_PROTOCOL, true, leads ? last : 0));
        }
        return new RaftConfigurationResponse(servers, 0);
    }

    private Empty removeByAddress(RaftRemovePeerRequest request, Authorizer caller) throws RpcException {
        return remove(caller, peer -> peer.address().equals(request.address()),
                "address \"" + request.address() + "\"");
    }

    private Empty removeById(RaftRemovePeerRequest request, Authorizer caller) throws RpcException {
        return remove(caller, peer -> peer.id().equals(request.id()), "id \"" + request.id() + "\"");
    }

    private Empty remove(Authorizer caller, Predicate<ServerInfo> wanted, String what) throws RpcException {
        requireWrite(caller);
        var peers = host.consensus().peers();
        if (peers.stream().noneMatch(wanted)) {
            throw new RpcException(what + " was not found in the Raft configuration");
        }
        if (peers.size() == 1) {
            throw new RpcException("need at least one voter in configuration: {[]}");
        }
        throw new RpcException("this server cannot change the Raft configuration");
    }

    private AutopilotConfig autopilot(DCSpecificRequest request, Authorizer caller) throws RpcException {
        requireRead(caller);
        var stored = host.store().current().get(AutopilotTable.ONLY, Keys.NONE);
        if (stored == null) {
            throw new RpcException("autopilot config not initialized yet");
        }
        return stored;
    }

    /// False is also the reply of a write without a condition, though it is stored.
    private boolean setAutopilot(AutopilotSetConfigRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        requireWrite(caller);
        return host.apply(Commands.AUTOPILOT, request, "raft apply failed: ") instanceof Boolean set && set;
    }

    /// This server answers for its own datacenter, whichever is asked for, and has the others answer for theirs when all
    /// are asked for; one that does not is left out.
    private Usage usage(OperatorUsageRequest request, Authorizer caller) throws RpcException, InterruptedException {
        requireRead(caller);
        var own = ownUsage(request, caller);
        if (!request.global()) {
            return own;
        }
        var all = new LinkedHashMap<>(own.usage());
        var token = QueryOptions.ZERO.withToken(request.queryOptions().token());
        var answers = host.forwarding().askAll(Operator.USAGE, datacenter -> OperatorUsageRequest.ZERO
                .withDcSpecificRequest(DCSpecificRequest.ZERO.withDatacenter(datacenter).withQueryOptions(token)));
        answers.forEach((datacenter, answer) -> {
            try {
                var usage = answer.get().usage().get(datacenter);
                if (usage != null) {
                    all.put(datacenter, usage);
                }
            } catch (RpcException e) {
                LOG.log(WARNING, () -> "no usage of " + datacenter + ": " + e.getMessage());
            }
        });
        return own.withUsage(all);
    }

    private Usage ownUsage(OperatorUsageRequest request, Authorizer caller) throws RpcException, InterruptedException {
        return host.queries().ask(Operator.USAGE, request, caller, state -> {
            long index = state.entry(UsageTable.TABLE);
            return Result.found(index, Usage.ZERO.withUsage(Map.of(host.datacenter(), counted(state.unwatched()))));
        });
    }

    private static ServiceUsage counted(Reader state) {
        var inMesh = new LinkedHashMap<String, Long>();
        MESH_KINDS.forEach(kind -> inMesh.put(kind, UsageCount.of(state, kind)));
        return new ServiceUsage(UsageCount.of(state, UsageCount.SERVICES), UsageCount.of(state, UsageCount.INSTANCES),
                inMesh, UsageCount.of(state, UsageCount.BILLABLE), UsageCount.of(state, UsageCount.NODES));
    }
}
