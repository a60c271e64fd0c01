package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Nothing;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.structs.DeregisterRequest;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.RegisterRequest;

/// Registrations: a node, perhaps a service on it, and checks, all or nothing.
///
/// Source: Consul `agent/consul/state/catalog.go`, `ensureRegistrationTxn`; `agent/consul/fsm/commands_ce.go`.
final class CatalogWrites {
    private CatalogWrites() {}

    static Object register(Transaction state, RegisterRequest request) throws RpcException {
        if (!request.skipNodeUpdate() || NodeWrites.find(state, request.node()) == null) {
            ensureNode(state, request);
        }
        var service = request.service();
        if (service != null) {
            try {
                ServiceWrites.ensure(state, request.node(), service);
            } catch (RpcException e) {
                throw new RpcException("failed inserting service: " + e.getMessage(), e);
            }
        }
        var check = request.check();
        if (check != null) {
            ensureCheck(state, request.node(), check);
        }
        for (var each : request.checks()) {
            ensureCheck(state, request.node(), each);
        }
        return Nothing.NOTHING;
    }

    private static void ensureNode(Transaction state, RegisterRequest request) throws RpcException {
        var node = new Node(request.id(), request.node(), request.address(), request.datacenter(), "",
                request.peerName(), request.taggedAddresses(), request.nodeMeta(), request.locality(), RaftIndex.ZERO);
        try {
            NodeWrites.ensure(state, node);
        } catch (RpcException e) {
            throw new RpcException("failed inserting node: " + e.getMessage(), e);
        }
    }

    private static void ensureCheck(Transaction state, String node, HealthCheck check) throws RpcException {
        if (!check.node().equals(node)) {
            throw new RpcException("check node \"" + check.node() + "\" does not match node \"" + node + "\"");
        }
        try {
            CheckWrites.ensure(state, check);
        } catch (RpcException e) {
            throw new RpcException("failed inserting check on node \"" + node + "\": " + e.getMessage(), e);
        }
    }

    /// Removes one thing: the instance if one is named, else the check if one is named, else the node.
    static Object deregister(Transaction state, DeregisterRequest request) throws RpcException {
        if (!request.serviceID().isEmpty()) {
            ServiceWrites.remove(state, request.node(), request.serviceID());
        } else if (!request.checkID().isEmpty()) {
            CheckWrites.remove(state, request.node(), request.checkID());
        } else {
            NodeWrites.remove(state, request.node());
        }
        return Nothing.NOTHING;
    }
}
