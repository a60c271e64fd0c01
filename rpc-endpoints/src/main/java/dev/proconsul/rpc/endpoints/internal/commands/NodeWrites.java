package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.CheckTable;
import dev.proconsul.rpc.endpoints.internal.tables.CoordinateTable;
import dev.proconsul.rpc.endpoints.internal.tables.Entries;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.endpoints.internal.tables.Rows;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.RaftIndex;
import org.jspecify.annotations.Nullable;

/// Nodes: who is the same node, who may take a name, and what goes with a node.
///
/// | sent | stored | result |
/// |---|---|---|
/// | an id | the id, under the same name | update |
/// | an id | the id, under another name | rename: what belongs to the old name goes, the creation index stays |
/// | an id | not the id, but the name | update, if the name may be taken |
/// | no id | the name | update; a stored id is erased |
///
/// A name may be taken from a node that is not known to be alive: without the check `serfHealth`, or with a critical
/// one. From one that is, only when it has no id yet, and the sender's id is new.
///
/// Source: Consul `agent/consul/state/catalog.go`.
final class NodeWrites {
    private static final String SERF_HEALTH = "serfHealth";
    private static final String CRITICAL = "critical";

    private NodeWrites() {}

    static @Nullable Node find(Reader state, String name) {
        return state.get(NodeTable.BY_NAME, Keys.of(name));
    }

    static @Nullable Node findById(Reader state, String id) {
        return id.isEmpty() ? null : state.first(NodeTable.BY_ID, Keys.of(id));
    }

    /// Stores a node, or nothing if it is stored like this already.
    static void ensure(Transaction state, Node sent) throws RpcException {
        var known = findById(state, sent.id());
        if (known != null && !known.node().equalsIgnoreCase(sent.node())) {
            requireFree(state, sent, false, " (" + sent.address() + ")");
            remove(state, known.node());
        } else if (known == null && !sent.id().isEmpty()) {
            requireFree(state, sent, true, "");
        }
        var holder = find(state, sent.node());
        var origin = known == null ? holder : known;
        if (origin != null && sent.withRaftIndex(origin.raftIndex()).equals(origin)) {
            return;
        }
        long created = origin == null ? state.index() : origin.raftIndex().createIndex();
        state.put(NodeTable.TABLE, sent.withRaftIndex(new RaftIndex(created, state.index())));
        if (holder == null) {
            UsageWrites.node(state, 1);
        }
        state.bump(Entries.node(sent.node()));
        ServiceWrites.bumpAllOn(state, sent.node());
    }

    private static void requireFree(Transaction state, Node sent, boolean takesNamesOfNodesWithoutId, String address)
            throws RpcException {
        var holder = find(state, sent.node());
        if (holder == null || holder.id().equals(sent.id()) || !isAlive(state, holder)) {
            return;
        }
        if (!(takesNamesOfNodesWithoutId && holder.id().isEmpty())) {
            throw new RpcException("Error while renaming Node ID: \"" + sent.id() + "\"" + address + ": Node name "
                    + sent.node() + " is reserved by node " + holder.id() + " with name " + holder.node()
                    + " (" + holder.address() + ")");
        }
    }

    private static boolean isAlive(Reader state, Node node) {
        var check = state.get(CheckTable.BY_ID, Keys.of(node.node(), SERF_HEALTH));
        return check != null && !check.status().equals(CRITICAL);
    }

    /// Removes a node with everything that belongs to it; nothing if it is not there.
    static void remove(Transaction state, String name) throws RpcException {
        var stored = find(state, name);
        if (stored == null) {
            return;
        }
        for (var instance : Rows.list(state.under(ServiceTable.BY_ID, Keys.of(name)))) {
            ServiceWrites.remove(state, name, instance.service().id());
        }
        for (var check : Rows.list(state.under(CheckTable.BY_ID, Keys.of(name)))) {
            CheckWrites.remove(state, name, check.checkID());
        }
        for (var coordinate : Rows.list(state.under(CoordinateTable.BY_NODE, Keys.of(name)))) {
            state.delete(CoordinateTable.TABLE, coordinate);
        }
        state.delete(NodeTable.TABLE, stored);
        UsageWrites.node(state, -1);
        state.forget(Entries.node(name));
        state.bump(Entries.NODE_EXTINCTION);
        SessionWrites.endOnNode(state, name);
    }
}
