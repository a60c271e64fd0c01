package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.structs.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads nodes.
///
/// Source: Consul `agent/consul/state/catalog.go`.
public final class NodeReads {
    /// Shorter beginnings of ids are not looked for.
    private static final int MIN_ID = 2;

    private NodeReads() {}

    /// Lists nodes. Woken by any write to a node.
    /// @param state where
    /// @param meta  pairs that their metadata must have
    /// @return the nodes by name; index `nodes`
    public static Indexed<List<Node>> list(Reader state, Map<String, String> meta) {
        long index = state.entry(NodeTable.TABLE);
        var rows = state.unwatched();
        if (meta.isEmpty()) {
            return new Indexed<>(index, Rows.list(rows.all(NodeTable.TABLE)));
        }
        var pair = meta.entrySet().iterator().next();
        var found = new ArrayList<Node>();
        for (var node : rows.under(NodeTable.BY_META, Keys.exactly(pair.getKey(), pair.getValue()))) {
            if (hasMeta(node, meta)) {
                found.add(node);
            }
        }
        return new Indexed<>(index, List.copyOf(found));
    }

    /// {@return whether a node's metadata has all of some pairs}
    /// @param node a node
    /// @param meta the pairs
    public static boolean hasMeta(Node node, Map<String, String> meta) {
        return meta.entrySet().stream().allMatch(pair -> pair.getValue().equals(node.meta().get(pair.getKey())));
    }

    /// Looks a node up by its name, or else by the beginning of its id.
    /// @param state    where
    /// @param nameOrId the name in any case, or at least two characters of the id
    /// @return the node, if there is exactly one; index of the node with its services, or of the last end of a node
    public static Indexed<Optional<Node>> find(Reader state, String nameOrId) {
        var byName = state.get(NodeTable.BY_NAME, Keys.of(nameOrId));
        var node = byName != null || nameOrId.length() < MIN_ID ? byName : byId(state, nameOrId);
        return node == null
                ? new Indexed<>(state.unwatched().entry(Entries.NODE_EXTINCTION), Optional.empty())
                : new Indexed<>(state.entry(Entries.node(node.node())), Optional.of(node));
    }

    private static @Nullable Node byId(Reader state, String beginning) {
        long digits = beginning.chars().filter(c -> c != '-').count();
        var whole = digits % 2 == 0 ? beginning : beginning.substring(0, beginning.length() - 1);
        var rows = state.under(NodeTable.BY_ID, Keys.beginning(whole)).iterator();
        var first = rows.hasNext() ? rows.next() : null;
        return rows.hasNext() ? null : first;
    }
}
