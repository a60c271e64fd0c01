package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.structs.CheckServiceNode;
import java.util.List;

/// Finds instances with their nodes and checks.
///
/// Where the instances are of other services than the one that was asked for, as proxies are, the index is the greatest
/// of these.
///
/// Source: Consul `agent/consul/state/catalog.go`, `checkServiceNodesTxn`.
public final class HealthReads {
    private static final String INGRESS_GATEWAY = "ingress-gateway";

    private HealthReads() {}

    /// Puts instances together with their nodes and checks.
    /// @param state     where
    /// @param instances what was found
    /// @return all of it, with the same index
    public static Indexed<List<CheckServiceNode>> of(Reader state, Indexed<List<ServiceRow>> instances) {
        return new Indexed<>(instances.index(), Instances.withChecks(state, instances.value()));
    }

    /// Finds what serves a service in the mesh.
    /// @param state where
    /// @param name  of the service
    /// @return proxies, instances that speak the mesh's protocol themselves, terminating gateways
    public static Indexed<List<CheckServiceNode>> inMesh(Reader state, String name) {
        return ofOthers(state, name, ServiceReads.inMesh(state, name).value());
    }

    /// Finds the ingress gateways of a service.
    /// @param state where
    /// @param name  of the service
    /// @return all instances of these gateways
    public static Indexed<List<CheckServiceNode>> ingress(Reader state, String name) {
        return gateways(state, name, INGRESS_GATEWAY);
    }

    /// Finds the gateways of a service.
    /// @param state where
    /// @param name  of the service
    /// @param kind  of the gateways
    /// @return all instances of these gateways
    public static Indexed<List<CheckServiceNode>> gateways(Reader state, String name, String kind) {
        return ofOthers(state, name, ServiceReads.gatewaysOf(state, name, kind));
    }

    private static Indexed<List<CheckServiceNode>> ofOthers(Reader state, String name, List<ServiceRow> rows) {
        long index = 0;
        for (var other : rows.stream().map(row -> row.service().service()).distinct().toList()) {
            index = Math.max(index, ServiceReads.index(state, other, true, true));
        }
        if (rows.isEmpty()) {
            index = ServiceReads.index(state, name, false, true);
        }
        return new Indexed<>(index, Instances.withChecks(state, rows));
    }
}
