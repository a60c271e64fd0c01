package dev.proconsul.rpc.structs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// All types of the replicated log. Source: Consul `agent/structs/structs.go` and `agent/consul/fsm`.
///
/// The state in a snapshot is a [SnapshotHeader], then records: one byte with the number, then the value.
public final class LogTypes {
    /// Set in the first byte of a log entry that servers may ignore if they do not know its type.
    public static final int IGNORABLE = 128;

    private static final List<LogType> ALL = List.of(
            both(0, "Register", RegisterRequest.CODEC, RegisterRequest.CODEC),
            command(1, "Deregister", DeregisterRequest.CODEC),
            both(2, "KVS", KVSRequest.CODEC, DirEntry.CODEC),
            both(3, "Session", SessionRequest.CODEC, Session.CODEC),
            nothing(4, "DeprecatedACL"),
            both(5, "Tombstone", TombstoneRequest.CODEC, DirEntry.CODEC),
            both(6, "CoordinateBatchUpdate", Codecs.listOf(Coordinate.CODEC), Codecs.listOf(Coordinate.CODEC)),
            both(7, "PreparedQuery", PreparedQueryRequest.CODEC, PreparedQuery.CODEC),
            command(8, "Txn", TxnRequest.CODEC),
            both(9, "Autopilot", AutopilotSetConfigRequest.CODEC, AutopilotConfig.CODEC),
            nothing(10, "Area"),
            command(11, "ACLBootstrap", ACLTokenBootstrapRequest.CODEC),
            both(12, "Intention", IntentionRequest.CODEC, Intention.CODEC),
            both(13, "ConnectCA", CARequest.CODEC, CARoot.CODEC),
            snapshot(14, "ConnectCAProviderState", CAConsulProviderState.CODEC),
            snapshot(15, "ConnectCAConfig", CAConfiguration.CODEC),
            snapshot(16, "Index", IndexEntry.CODEC),
            both(17, "ACLTokenSet", ACLTokenBatchSetRequest.CODEC, ACLToken.CODEC),
            command(18, "ACLTokenDelete", ACLTokenBatchDeleteRequest.CODEC),
            both(19, "ACLPolicySet", ACLPolicyBatchSetRequest.CODEC, ACLPolicy.CODEC),
            command(20, "ACLPolicyDelete", ACLPolicyBatchDeleteRequest.CODEC),
            command(21, "ConnectCALeaf", CALeafRequest.CODEC),
            both(22, "ConfigEntry", ConfigEntryRequest.CODEC, ConfigEntryRequest.CODEC),
            both(23, "ACLRoleSet", ACLRoleBatchSetRequest.CODEC, ACLRole.CODEC),
            command(24, "ACLRoleDelete", ACLRoleBatchDeleteRequest.CODEC),
            both(25, "ACLBindingRuleSet", ACLBindingRuleBatchSetRequest.CODEC, ACLBindingRule.CODEC),
            command(26, "ACLBindingRuleDelete", ACLBindingRuleBatchDeleteRequest.CODEC),
            both(27, "ACLAuthMethodSet", ACLAuthMethodBatchSetRequest.CODEC, ACLAuthMethod.CODEC),
            command(28, "ACLAuthMethodDelete", ACLAuthMethodBatchDeleteRequest.CODEC),
            snapshot(29, "ChunkingState", ChunkingState.CODEC),
            both(30, "FederationState", FederationStateRequest.CODEC, FederationStateRequest.CODEC),
            both(31, "SystemMetadata", SystemMetadataRequest.CODEC, SystemMetadataEntry.CODEC),
            snapshot(32, "ServiceVirtualIP", ServiceVirtualIP.CODEC),
            snapshot(33, "FreeVirtualIP", FreeVirtualIP.CODEC),
            snapshot(34, "KindServiceNames", KindServiceName.CODEC),
            protobuf(35, "PeeringWrite", true),
            protobuf(36, "PeeringDelete", false),
            protobuf(37, "PeeringTerminateByID", false),
            protobuf(38, "PeeringTrustBundleWrite", true),
            protobuf(39, "PeeringTrustBundleDelete", false),
            protobuf(40, "PeeringSecretsWrite", true),
            nothing(41, "RaftLogVerifierCheckpoint"),
            protobuf(42, "ResourceOperation", true),
            command(43, "UpdateVirtualIP", ServiceVirtualIP.CODEC));

    private static final Map<Integer, LogType> BY_NUMBER =
            ALL.stream().collect(Collectors.toUnmodifiableMap(LogType::number, Function.identity()));

    private LogTypes() {}

    /// {@return all types, by number}
    public static List<LogType> all() {
        return ALL;
    }

    /// {@return the type with this number}
    ///
    /// @param number first byte of a log entry, without [#IGNORABLE], or of a snapshot record
    public static Optional<LogType> numbered(int number) {
        return Optional.ofNullable(BY_NUMBER.get(number));
    }

    private static LogType both(int number, String name, Codec<?> command, Codec<?> snapshot) {
        return new LogType(number, name, payload(command), payload(snapshot));
    }

    private static LogType command(int number, String name, Codec<?> command) {
        return new LogType(number, name, payload(command), Optional.empty());
    }

    private static LogType snapshot(int number, String name, Codec<?> snapshot) {
        return new LogType(number, name, Optional.empty(), payload(snapshot));
    }

    private static LogType nothing(int number, String name) {
        return new LogType(number, name, Optional.empty(), Optional.empty());
    }

    /// In a snapshot the message stands in a byte string.
    private static LogType protobuf(int number, String name, boolean snapshot) {
        return new LogType(number, name, Optional.of(new LogType.Payload<>(Codecs.BYTES, true)),
                snapshot ? payload(Codecs.BYTES) : Optional.empty());
    }

    private static Optional<LogType.Payload<?>> payload(Codec<?> codec) {
        return Optional.of(new LogType.Payload<>(codec, false));
    }
}
