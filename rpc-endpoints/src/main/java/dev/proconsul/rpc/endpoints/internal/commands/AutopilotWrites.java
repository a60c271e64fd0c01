package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Nothing;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.AutopilotTable;
import dev.proconsul.rpc.structs.AutopilotSetConfigRequest;

/// How servers are looked after. Results in a Boolean when the stored settings must be as the caller knows them.
///
/// Source: Consul `agent/consul/state/autopilot.go`.
final class AutopilotWrites {
    private AutopilotWrites() {}

    static Object set(Transaction state, AutopilotSetConfigRequest request) throws RpcException {
        var stored = state.get(AutopilotTable.ONLY, Keys.NONE);
        if (request.cas() && (stored == null || stored.modifyIndex() != request.config().modifyIndex())) {
            return false;
        }
        long created = stored == null ? state.index() : stored.createIndex();
        state.put(AutopilotTable.TABLE, request.config().withCreateIndex(created).withModifyIndex(state.index()));
        return request.cas() ? (Object) true : Nothing.NOTHING;
    }
}
