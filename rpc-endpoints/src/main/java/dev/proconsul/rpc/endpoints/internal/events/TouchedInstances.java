package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.endpoints.internal.state.Commit;
import dev.proconsul.rpc.endpoints.internal.state.Commit.Change;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.tables.CheckTable;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceRow;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.structs.HealthCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The instances whose health a commit has changed: they themselves, their nodes, or checks of either.
///
/// | changed | instances |
/// |---|---|
/// | a node is made or changed | all on it |
/// | an instance | itself |
/// | a check of a node | all on it |
/// | a check of a service | that instance; where the check belonged to another, that too |
final class TouchedInstances {
    private final Commit commit;
    /// By node and id, so that equal commits give equal events.
    private final TreeMap<byte[], Change<ServiceRow>> instances = new TreeMap<>(Arrays::compareUnsigned);

    private TouchedInstances(Commit commit) {
        this.commit = commit;
    }

    static TouchedInstances of(Commit commit) {
        var touched = new TouchedInstances(commit);
        for (var change : commit.changes(ServiceTable.TABLE)) {
            touched.instances.put(key(change.row()), change);
        }
        for (var change : commit.changes(NodeTable.TABLE)) {
            var node = change.after();
            if (node != null) {
                touched.addAllOn(node.node());
            }
        }
        for (var change : commit.changes(CheckTable.TABLE)) {
            touched.addOf(change.before());
            touched.addOf(change.after());
        }
        return touched;
    }

    private static byte[] key(ServiceRow row) {
        return Keys.of(row.node(), row.service().id());
    }

    private void addOf(@Nullable HealthCheck check) {
        if (check == null) {
            return;
        }
        if (check.serviceID().isEmpty()) {
            addAllOn(check.node());
        } else {
            var row = commit.after().get(ServiceTable.BY_ID, Keys.of(check.node(), check.serviceID()));
            if (row != null) {
                add(row);
            }
        }
    }

    private void addAllOn(String node) {
        commit.after().under(ServiceTable.BY_ID, Keys.of(node)).forEach(this::add);
    }

    private void add(ServiceRow row) {
        instances.putIfAbsent(key(row), new Change<>(row, row));
    }

    /// These instances, each once.
    Collection<Change<ServiceRow>> instances() {
        return instances.values();
    }

    boolean has(ServiceRow row) {
        return instances.containsKey(key(row));
    }

    /// The instances of a service that are there, and not among these.
    List<ServiceRow> othersOf(String service) {
        var others = new ArrayList<ServiceRow>();
        for (var row : commit.after().under(ServiceTable.BY_NAME, Keys.of(service))) {
            if (!has(row)) {
                others.add(row);
            }
        }
        return others;
    }
}
