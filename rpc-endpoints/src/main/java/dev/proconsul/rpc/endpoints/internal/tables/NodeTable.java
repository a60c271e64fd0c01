package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Index;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Table;
import dev.proconsul.rpc.structs.Node;
import java.util.List;

/// Nodes.
public final class NodeTable {
    /// By name.
    public static final Index<Node> BY_NAME = Index.of("nodes by name", row -> Keys.of(row.node()));
    /// By the text of the UUID, for nodes that have one.
    public static final Index<Node> BY_ID = Index.ofAny("nodes by id",
            row -> row.id().isEmpty() ? List.of() : List.of(Keys.of(row.id())));
    /// By key and value of the metadata, whose case matters.
    public static final Index<Node> BY_META = Index.ofAny("nodes by meta",
            row -> row.meta().entrySet().stream().map(e -> Keys.exactly(e.getKey(), e.getValue())).toList());
    /// The table.
    public static final Table<Node> TABLE = Table.of("nodes", BY_NAME, BY_ID, BY_META);

    private NodeTable() {}
}
