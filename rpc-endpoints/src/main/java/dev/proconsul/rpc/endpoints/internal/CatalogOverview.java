package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.CheckTable;
import dev.proconsul.rpc.endpoints.internal.tables.Instances;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.structs.CatalogSummary;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.HealthSummary;
import dev.proconsul.rpc.structs.Nil;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Counts what is in which state: nodes, services by name, checks by name.
///
/// Deviation: counted when it is asked for; Consul answers with what it counted up to nine seconds ago.
///
/// Source: Consul `agent/consul/usagemetrics/usagemetrics.go`, `agent/consul/internal_endpoint.go`.
final class CatalogOverview {
    private final Map<String, HealthSummary> summaries = new TreeMap<>();

    private CatalogOverview() {}

    static CatalogSummary of(Reader state) {
        var nodes = new CatalogOverview();
        for (var node : state.all(NodeTable.TABLE)) {
            var checks = new ArrayList<HealthCheck>();
            state.under(CheckTable.BY_INSTANCE, Keys.of(node.node(), "")).forEach(checks::add);
            nodes.count("", checks);
        }
        var services = new CatalogOverview();
        for (var row : state.all(ServiceTable.TABLE)) {
            services.count(row.service().service(), Instances.withChecks(state, row).checks());
        }
        var checks = new CatalogOverview();
        state.all(CheckTable.TABLE).forEach(check -> checks.count(check.name(), List.of(check)));
        return new CatalogSummary(nodes.list(), services.list(), checks.list());
    }

    /// One thing more, as healthy as the worst of its checks.
    private void count(String name, List<HealthCheck> checks) {
        var old = summaries.getOrDefault(name, HealthSummary.ZERO.withName(name));
        var counted = old.withTotal(old.total() + 1);
        if (checks.stream().anyMatch(check -> check.status().equals("critical"))) {
            counted = counted.withCritical(old.critical() + 1);
        } else if (checks.stream().anyMatch(check -> check.status().equals("warning"))) {
            counted = counted.withWarning(old.warning() + 1);
        } else {
            counted = counted.withPassing(old.passing() + 1);
        }
        summaries.put(name, counted);
    }

    private List<HealthSummary> list() {
        return summaries.isEmpty() ? Nil.list() : List.copyOf(summaries.values());
    }
}
