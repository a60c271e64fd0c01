package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.endpoints.internal.state.CommandSet;
import dev.proconsul.rpc.endpoints.internal.state.CommandType;
import dev.proconsul.rpc.structs.AutopilotSetConfigRequest;
import dev.proconsul.rpc.structs.Codecs;
import dev.proconsul.rpc.structs.Coordinate;
import dev.proconsul.rpc.structs.DeregisterRequest;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.PreparedQueryRequest;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.SessionRequest;
import dev.proconsul.rpc.structs.TombstoneRequest;
import dev.proconsul.rpc.structs.TxnRequest;
import java.util.ArrayList;
import java.util.List;

/// All commands of the log, one line each.
///
/// Source: Consul `agent/structs/structs.go`, `MessageType`.
public final class Commands {
    /// Registers a node, and a service and checks on it. Results in nothing.
    public static final CommandType<RegisterRequest> REGISTER =
            CommandType.of(0, RegisterRequest.CODEC, CatalogWrites::register);
    /// Removes a node, a service or a check.
    public static final CommandType<DeregisterRequest> DEREGISTER =
            CommandType.of(1, DeregisterRequest.CODEC, CatalogWrites::deregister);
    /// Writes KV. Results in a Boolean for the verbs that can fail to apply.
    public static final CommandType<KVSRequest> KVS = CommandType.of(2, KVSRequest.CODEC, KvWrites::apply);
    /// Begins or ends a session, whose id the sender chooses. Results in the id after `create`.
    public static final CommandType<SessionRequest> SESSION =
            CommandType.of(3, SessionRequest.CODEC, SessionWrites::apply);
    /// Forgets deletes of KV.
    public static final CommandType<TombstoneRequest> TOMBSTONE =
            CommandType.of(5, TombstoneRequest.CODEC, KvWrites::reap);
    /// Says where nodes are.
    public static final CommandType<List<Coordinate>> COORDINATES =
            CommandType.of(6, Codecs.listOf(Coordinate.CODEC), CoordinateWrites::update).canBeIgnored();
    /// Writes a prepared query, whose id the sender chooses.
    public static final CommandType<PreparedQueryRequest> PREPARED_QUERY =
            CommandType.of(7, PreparedQueryRequest.CODEC, QueryWrites::apply);
    /// Runs a transaction. Results in a [dev.proconsul.rpc.structs.TxnResponse].
    public static final CommandType<TxnRequest> TXN = CommandType.of(8, TxnRequest.CODEC, TxnWrites::apply);
    /// Says how servers are looked after. Results in a Boolean if there is a condition.
    public static final CommandType<AutopilotSetConfigRequest> AUTOPILOT =
            CommandType.of(9, AutopilotSetConfigRequest.CODEC, AutopilotWrites::set);

    private static final List<CommandType<?>> ALL =
            List.of(REGISTER, DEREGISTER, KVS, SESSION, TOMBSTONE, COORDINATES, PREPARED_QUERY, TXN, AUTOPILOT);

    private Commands() {}

    /// {@return all of them}
    public static CommandSet all() {
        var all = new ArrayList<CommandType<?>>(ALL);
        all.addAll(AclCommands.ALL);
        all.addAll(MeshCommands.ALL);
        return new CommandSet(all);
    }
}
