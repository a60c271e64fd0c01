package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryRow;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryTable;
import dev.proconsul.rpc.endpoints.internal.tables.EntryParts;
import dev.proconsul.rpc.structs.ConfigEntry;
import dev.proconsul.rpc.structs.ConfigEntryRequest;
import dev.proconsul.rpc.structs.RaftIndex;
import java.util.Optional;

/// Changes of config entries.
///
/// Source: Consul `agent/consul/state/config_entry.go`, `agent/consul/fsm/commands_ce.go`.
final class ConfigEntryWrites {
    private ConfigEntryWrites() {}

    /// Whether it was done, as a Boolean.
    static Object apply(Transaction state, ConfigEntryRequest request) throws RpcException {
        var entry = request.entry();
        if (entry == null) {
            throw new RpcException("config entry request without an entry");
        }
        var stored = ConfigEntryReads.row(state, entry.kindName(), entry.name());
        return switch (request.op()) {
            case "upsert" -> put(state, entry, stored);
            case "upsert-cas", "upsert-with-status-cas" -> isExpected(entry, stored) && put(state, entry, stored);
            case "delete" -> delete(state, stored);
            case "delete-cas" -> stored.isEmpty() || isExpected(entry, stored) && delete(state, stored);
            default -> throw new RpcException("invalid config entry operation type: " + request.op());
        };
    }

    private static boolean isExpected(ConfigEntry sent, Optional<ConfigEntryRow> stored) {
        return EntryParts.raftIndex(sent).modifyIndex()
                == stored.map(ConfigEntryRow::raftIndex).map(RaftIndex::modifyIndex).orElse(0L);
    }

    static boolean put(Transaction state, ConfigEntry entry, Optional<ConfigEntryRow> stored) throws RpcException {
        long created = stored.map(ConfigEntryRow::raftIndex).map(RaftIndex::createIndex).orElse(state.index());
        var index = new RaftIndex(created, state.index());
        state.put(ConfigEntryTable.TABLE, new ConfigEntryRow(EntryParts.withRaftIndex(entry, index), index));
        GatewayWrites.stored(state, entry);
        return true;
    }

    static boolean delete(Transaction state, Optional<ConfigEntryRow> stored) throws RpcException {
        if (stored.isPresent()) {
            state.delete(ConfigEntryTable.TABLE, stored.get());
            GatewayWrites.removed(state, stored.get().entry());
        }
        return true;
    }
}
