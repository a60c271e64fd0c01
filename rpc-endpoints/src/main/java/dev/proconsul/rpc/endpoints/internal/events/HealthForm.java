package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.Instances;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceRow;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.Node;

/// Instances as events have them.
final class HealthForm {
    private HealthForm() {}

    /// An instance that is there, with its node and all checks.
    static Payload there(Reader state, ServiceRow row) {
        return new Payload.Health(false, Instances.withChecks(state, row));
    }

    /// An instance that is gone: of its node there is only the name.
    static Payload gone(ServiceRow row) {
        return new Payload.Health(true,
                new CheckServiceNode(Node.ZERO.withNode(row.node()), row.service(), Nil.list()));
    }
}
