package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.endpoints.internal.state.CommandType;
import dev.proconsul.rpc.structs.CALeafRequest;
import dev.proconsul.rpc.structs.CARequest;
import dev.proconsul.rpc.structs.ConfigEntryRequest;
import dev.proconsul.rpc.structs.FederationStateRequest;
import dev.proconsul.rpc.structs.IntentionRequest;
import java.util.List;

/// The commands of the log about the mesh.
///
/// Source: Consul `agent/structs/structs.go`, `MessageType`.
public final class MeshCommands {
    /// Writes or removes one intention, by its mutation.
    public static final CommandType<IntentionRequest> INTENTION =
            CommandType.of(12, IntentionRequest.CODEC, IntentionWrites::apply);
    /// Writes roots, settings or the state of the authority. Results in a Boolean: whether the index was the expected
    /// one.
    public static final CommandType<CARequest> CA = CommandType.of(13, CARequest.CODEC, CaWrites::apply);
    /// Counts a certificate. Results in its number, a Long.
    public static final CommandType<CALeafRequest> CA_LEAF = CommandType.of(21, CALeafRequest.CODEC, CaWrites::leaf);
    /// Writes or removes a config entry. Results in a Boolean: whether the index was the expected one.
    public static final CommandType<ConfigEntryRequest> CONFIG_ENTRY =
            CommandType.of(22, ConfigEntryRequest.CODEC, ConfigEntryWrites::apply);
    /// Writes or removes what is known of a datacenter. Results in true.
    public static final CommandType<FederationStateRequest> FEDERATION_STATE =
            CommandType.of(30, FederationStateRequest.CODEC, FederationStateWrites::apply);

    static final List<CommandType<?>> ALL = List.of(INTENTION, CA, CA_LEAF, CONFIG_ENTRY, FEDERATION_STATE);

    private MeshCommands() {}
}
