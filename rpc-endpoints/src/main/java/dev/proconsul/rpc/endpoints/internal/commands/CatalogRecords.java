package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Restoration;
import dev.proconsul.rpc.endpoints.internal.state.Version;
import dev.proconsul.rpc.endpoints.internal.tables.CheckTable;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryTable;
import dev.proconsul.rpc.endpoints.internal.tables.Entries;
import dev.proconsul.rpc.endpoints.internal.tables.GatewayServiceTable;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceRow;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.endpoints.internal.tables.UsageCount;
import dev.proconsul.rpc.endpoints.internal.tables.UsageTable;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.RegisterRequest;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The catalog in a snapshot: for each node a registration of its own, one for each of its services, one for each of
/// its checks. Services and checks have indexes of their own; that of the registration is the node's.
///
/// Source: Consul `agent/consul/fsm/snapshot_oss.go`, `persistNodes`.
final class CatalogRecords {
    private CatalogRecords() {}

    static Iterable<RegisterRequest> of(Version version) {
        return () -> stream(version.all(NodeTable.TABLE)).flatMap(node -> ofNode(version, node)).iterator();
    }

    private static Stream<RegisterRequest> ofNode(Version version, Node node) {
        var alone = RegisterRequest.ZERO.withDatacenter(node.datacenter()).withId(node.id()).withNode(node.node())
                .withAddress(node.address()).withTaggedAddresses(node.taggedAddresses()).withNodeMeta(node.meta())
                .withLocality(node.locality()).withPeerName(node.peerName()).withRaftIndex(node.raftIndex());
        byte[] key = Keys.of(node.node());
        var services = stream(version.under(ServiceTable.BY_ID, key)).map(row -> alone.withService(row.service()));
        var checks = stream(version.under(CheckTable.BY_ID, key)).map(alone::withCheck);
        return Stream.of(Stream.of(alone), services, checks).flatMap(Function.identity());
    }

    private static <R> Stream<R> stream(Iterable<R> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }

    static void add(Restoration restoration, RegisterRequest record) {
        var node = new Node(record.id(), record.node(), record.address(), record.datacenter(), "", record.peerName(),
                record.taggedAddresses(), record.nodeMeta(), record.locality(), record.raftIndex());
        restoration.put(NodeTable.TABLE, node, record.raftIndex().modifyIndex());
        var service = record.service();
        if (service != null) {
            restoration.put(ServiceTable.TABLE, new ServiceRow(record.node(), service),
                    service.raftIndex().modifyIndex());
        }
        var check = record.check();
        if (check != null) {
            add(restoration, check);
        }
        record.checks().forEach(each -> add(restoration, each));
    }

    private static void add(Restoration restoration, HealthCheck check) {
        restoration.put(CheckTable.TABLE, check, check.raftIndex().modifyIndex());
    }

    /// Adds what is counted, what follows from the entries of gateways, and the finer index entries where another
    /// server has written the snapshot, which has others.
    static void derive(Restoration restoration) {
        var rows = restoration.rows();
        var counts = new TreeMap<String, Long>();
        var names = new TreeSet<String>();
        for (var row : rows.all(ServiceTable.TABLE)) {
            var service = row.service();
            names.add(Keys.lower(service.service()));
            UsageWrites.countersOf(service).forEach(id -> counts.merge(id, 1L, Long::sum));
            restoration.entryIfAbsent(Entries.service(service.service()));
            restoration.entryIfAbsent(Entries.kind(service.kind()));
        }
        rows.all(NodeTable.TABLE).forEach(node -> restoration.entryIfAbsent(Entries.node(node.node())));
        counts.put(UsageCount.NODES, (long) rows.size(NodeTable.TABLE));
        counts.put(UsageCount.SERVICES, (long) names.size());
        counts.forEach((id, count) -> restoration.put(UsageTable.TABLE, new UsageCount(id, count), 0));
        restoration.entryIfAbsent(UsageTable.TABLE.name());
        for (var entry : rows.all(ConfigEntryTable.TABLE)) {
            GatewayWrites.mappings(rows, entry.entry()).forEach(row -> restoration.put(GatewayServiceTable.TABLE,
                    row.withRaftIndex(entry.raftIndex()), entry.raftIndex().modifyIndex()));
        }
    }
}
