package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.RecordKind;
import dev.proconsul.rpc.endpoints.internal.state.Restoration;
import dev.proconsul.rpc.endpoints.internal.state.SnapshotForm;
import dev.proconsul.rpc.endpoints.internal.state.Version;
import dev.proconsul.rpc.endpoints.internal.tables.AclAuthMethodTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclBindingRuleTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclPolicyTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclRoleTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclTokenTable;
import dev.proconsul.rpc.endpoints.internal.tables.AutopilotTable;
import dev.proconsul.rpc.endpoints.internal.tables.CaConfigTable;
import dev.proconsul.rpc.endpoints.internal.tables.CaProviderTable;
import dev.proconsul.rpc.endpoints.internal.tables.CaRootTable;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryRow;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryTable;
import dev.proconsul.rpc.endpoints.internal.tables.CoordinateTable;
import dev.proconsul.rpc.endpoints.internal.tables.EntryParts;
import dev.proconsul.rpc.endpoints.internal.tables.FederationStateTable;
import dev.proconsul.rpc.endpoints.internal.tables.KeptRecordTable;
import dev.proconsul.rpc.endpoints.internal.tables.KeptRecordTable.KeptRecord;
import dev.proconsul.rpc.endpoints.internal.tables.KvTable;
import dev.proconsul.rpc.endpoints.internal.tables.PreparedQueryTable;
import dev.proconsul.rpc.endpoints.internal.tables.SessionCheck;
import dev.proconsul.rpc.endpoints.internal.tables.SessionCheckTable;
import dev.proconsul.rpc.endpoints.internal.tables.SessionTable;
import dev.proconsul.rpc.endpoints.internal.tables.SystemMetadataTable;
import dev.proconsul.rpc.endpoints.internal.tables.Tombstone;
import dev.proconsul.rpc.endpoints.internal.tables.TombstoneTable;
import dev.proconsul.rpc.structs.ACLAuthMethod;
import dev.proconsul.rpc.structs.ACLBindingRule;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLRole;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.AutopilotConfig;
import dev.proconsul.rpc.structs.CAConfiguration;
import dev.proconsul.rpc.structs.CAConsulProviderState;
import dev.proconsul.rpc.structs.CARoot;
import dev.proconsul.rpc.structs.Codec;
import dev.proconsul.rpc.structs.Codecs;
import dev.proconsul.rpc.structs.ConfigEntryRequest;
import dev.proconsul.rpc.structs.Coordinate;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.FederationStateRequest;
import dev.proconsul.rpc.structs.LogType;
import dev.proconsul.rpc.structs.LogTypes;
import dev.proconsul.rpc.structs.PreparedQuery;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SystemMetadataEntry;
import java.util.ArrayList;
import java.util.List;

/// What the tables are in a snapshot: one line for each kind of records, whose numbers are mostly those of the
/// commands.
///
/// Nothing here reads virtual addresses, peerings, intentions of the old form, resources, and parts of large commands:
/// they are kept as they are, for the next snapshot.
///
/// Source: Consul `agent/consul/fsm/snapshot_oss.go`; the order is that of endpoints section 7.2.
public final class SnapshotRecords {
    /// The form.
    public static final SnapshotForm FORM = new SnapshotForm(List.of(
            kept(32), kept(33), kept(34),
            new RecordKind<RegisterRequest>(0, RegisterRequest.CODEC, CatalogRecords::of, CatalogRecords::add),
            new RecordKind<List<Coordinate>>(6, Codecs.listOf(Coordinate.CODEC), SnapshotRecords::coordinates,
                    SnapshotRecords::addCoordinates),
            new RecordKind<Session>(3, Session.CODEC, version -> version.all(SessionTable.TABLE),
                    SnapshotRecords::addSession),
            RecordKind.of(17, ACLToken.CODEC, AclTokenTable.TABLE, ACLToken::raftIndex),
            RecordKind.of(19, ACLPolicy.CODEC, AclPolicyTable.TABLE, ACLPolicy::raftIndex),
            RecordKind.of(23, ACLRole.CODEC, AclRoleTable.TABLE, ACLRole::raftIndex),
            RecordKind.of(25, ACLBindingRule.CODEC, AclBindingRuleTable.TABLE, ACLBindingRule::raftIndex),
            RecordKind.of(27, ACLAuthMethod.CODEC, AclAuthMethodTable.TABLE, ACLAuthMethod::raftIndex),
            RecordKind.of(2, DirEntry.CODEC, KvTable.TABLE, DirEntry::raftIndex),
            new RecordKind<DirEntry>(5, DirEntry.CODEC, SnapshotRecords::tombstones, SnapshotRecords::addTombstone),
            RecordKind.of(7, PreparedQuery.CODEC, PreparedQueryTable.TABLE, PreparedQuery::raftIndex),
            RecordKind.of(9, AutopilotConfig.CODEC, AutopilotTable.TABLE,
                    row -> new RaftIndex(row.createIndex(), row.modifyIndex())),
            kept(12),
            RecordKind.of(13, CARoot.CODEC, CaRootTable.TABLE, CARoot::raftIndex),
            RecordKind.of(14, CAConsulProviderState.CODEC, CaProviderTable.TABLE, CAConsulProviderState::raftIndex),
            RecordKind.of(15, CAConfiguration.CODEC, CaConfigTable.TABLE, CAConfiguration::raftIndex),
            new RecordKind<ConfigEntryRequest>(22, ConfigEntryRequest.CODEC, SnapshotRecords::configEntries,
                    SnapshotRecords::addConfigEntry),
            new RecordKind<FederationStateRequest>(30, FederationStateRequest.CODEC, SnapshotRecords::federationStates,
                    SnapshotRecords::addFederationState),
            RecordKind.of(31, SystemMetadataEntry.CODEC, SystemMetadataTable.TABLE, SystemMetadataEntry::raftIndex),
            kept(35), kept(38), kept(40), kept(42), kept(29)),
            CatalogRecords::derive);

    private SnapshotRecords() {}

    private static RecordKind<?> kept(int type) {
        return kept(type, LogTypes.numbered(type).flatMap(LogType::snapshot).orElseThrow().codec());
    }

    private static <T> RecordKind<T> kept(int type, Codec<T> codec) {
        return new RecordKind<>(type, codec, version -> kept(version, type), (restoration, value) -> restoration.put(
                KeptRecordTable.TABLE, new KeptRecord(type, restoration.size(KeptRecordTable.TABLE), value), 0));
    }

    @SuppressWarnings("unchecked") // rows of a type have what its codec has read
    private static <T> Iterable<T> kept(Version version, int type) {
        var values = new ArrayList<T>();
        for (var row : version.under(KeptRecordTable.BY_TYPE, Keys.of(KeptRecordTable.type(type)))) {
            values.add((T) row.value());
        }
        return values;
    }

    private static Iterable<List<Coordinate>> coordinates(Version version) {
        var batches = new ArrayList<List<Coordinate>>();
        version.all(CoordinateTable.TABLE).forEach(row -> batches.add(List.of(row)));
        return batches;
    }

    private static void addCoordinates(Restoration restoration, List<Coordinate> batch) {
        for (var coordinate : batch) {
            if (coordinate.coord() != null) {
                restoration.put(CoordinateTable.TABLE, coordinate, restoration.lastIndex());
            }
        }
    }

    private static void addSession(Restoration restoration, Session session) {
        restoration.put(SessionTable.TABLE, session, session.raftIndex().modifyIndex());
        for (var checkId : SessionWrites.checksOf(session)) {
            restoration.put(SessionCheckTable.TABLE, new SessionCheck(session.node(), checkId, session.id()), 0);
        }
    }

    /// A tombstone is written as an entry that has nothing but a key and the index of the delete.
    private static Iterable<DirEntry> tombstones(Version version) {
        var entries = new ArrayList<DirEntry>(version.size(TombstoneTable.TABLE));
        for (var tombstone : version.all(TombstoneTable.TABLE)) {
            entries.add(DirEntry.ZERO.withKey(tombstone.key()).withRaftIndex(new RaftIndex(0, tombstone.index())));
        }
        return entries;
    }

    private static void addTombstone(Restoration restoration, DirEntry entry) {
        long index = entry.raftIndex().modifyIndex();
        restoration.put(TombstoneTable.TABLE, new Tombstone(entry.key(), index), index);
    }

    private static Iterable<ConfigEntryRequest> configEntries(Version version) {
        var requests = new ArrayList<ConfigEntryRequest>(version.size(ConfigEntryTable.TABLE));
        version.all(ConfigEntryTable.TABLE).forEach(row ->
                requests.add(ConfigEntryRequest.ZERO.withEntry(row.entry())));
        return requests;
    }

    private static void addConfigEntry(Restoration restoration, ConfigEntryRequest request) {
        var entry = request.entry();
        if (entry != null) {
            var index = EntryParts.raftIndex(entry);
            restoration.put(ConfigEntryTable.TABLE, new ConfigEntryRow(entry, index), index.modifyIndex());
        }
    }

    private static Iterable<FederationStateRequest> federationStates(Version version) {
        var requests = new ArrayList<FederationStateRequest>();
        version.all(FederationStateTable.TABLE).forEach(row ->
                requests.add(FederationStateRequest.ZERO.withOp("upsert").withState(row)));
        return requests;
    }

    private static void addFederationState(Restoration restoration, FederationStateRequest request) {
        var state = request.state();
        if (state != null) {
            restoration.put(FederationStateTable.TABLE, state, state.raftIndex().modifyIndex());
        }
    }
}
