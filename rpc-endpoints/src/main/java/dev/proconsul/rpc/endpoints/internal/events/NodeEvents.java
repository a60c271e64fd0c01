package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.endpoints.internal.events.EventTopic.Snapshot;
import dev.proconsul.rpc.endpoints.internal.state.Commit;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Version;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.structs.Node;
import java.util.ArrayList;
import java.util.List;

/// Nodes of the catalog, all or one by name. Ours: Consul has no such topic.
public final class NodeEvents implements EventSource {
    /// Nodes, by their names in any case.
    public static final EventTopic NODES = new EventTopic("Nodes", true, true, NodeEvents::snapshot);

    /// Makes the source.
    public NodeEvents() {}

    @Override
    public List<EventTopic> topics() {
        return List.of(NODES);
    }

    private static Snapshot snapshot(Version state, Subject subject) {
        var steps = new ArrayList<List<Payload>>();
        Iterable<Node> rows = switch (subject) {
            case Subject.Everything _ -> state.all(NodeTable.TABLE);
            case Subject.Named named -> state.under(NodeTable.BY_NAME, Keys.of(named.key()));
        };
        rows.forEach(node -> steps.add(List.of(new Payload.OfNode(false, node))));
        return new Snapshot(state.entry(NodeTable.TABLE), steps);
    }

    @Override
    public void events(Commit commit, Events events) {
        for (var change : commit.changes(NodeTable.TABLE)) {
            var node = change.row();
            events.add(NODES, Keys.lower(node.node()), () -> new Payload.OfNode(change.after() == null, node));
        }
    }
}
