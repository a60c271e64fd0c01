package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import java.util.ArrayList;
import java.util.List;

/// Finds instances of services, and gives the index of an answer about one service:
///
/// | instances | index |
/// |---|---|
/// | some | `service.NAME` |
/// | none | `service_last_extinction` |
/// | none, and no service ever ended | the greatest of `nodes`, `services`, and `checks` if they are in the answer |
///
/// Whoever waits for a service watches its one entry, which covers instances, nodes and checks.
///
/// Source: Consul `agent/consul/state/catalog.go`.
public final class ServiceReads {
    private static final String TERMINATING_GATEWAY = "terminating-gateway";

    private ServiceReads() {}

    /// Finds the instances of a service.
    /// @param state  where
    /// @param name   of the service, in any case
    /// @param checks whether checks are in the answer
    /// @return the instances by node and id
    public static Indexed<List<ServiceRow>> named(Reader state, String name, boolean checks) {
        var rows = Rows.list(state.unwatched().under(ServiceTable.BY_NAME, Keys.of(name)));
        return new Indexed<>(index(state, name, !rows.isEmpty(), checks), rows);
    }

    /// Finds the instances that serve a service in the mesh: proxies, instances that speak the mesh's protocol
    /// themselves, and terminating gateways.
    /// @param state  where
    /// @param name   of the service, in any case
    /// @return the instances; the index of the service itself
    public static Indexed<List<ServiceRow>> inMesh(Reader state, String name) {
        var rows = new ArrayList<ServiceRow>();
        state.under(ServiceTable.BY_CONNECT, Keys.of(name)).forEach(rows::add);
        rows.addAll(gatewaysOf(state, name, TERMINATING_GATEWAY));
        return new Indexed<>(index(state, name, !rows.isEmpty(), false), List.copyOf(rows));
    }

    /// Finds the instances of all gateways that serve a service.
    /// @param state where
    /// @param name  of the service, in any case
    /// @param kind  of the gateways
    /// @return the instances, gateway by gateway
    public static List<ServiceRow> gatewaysOf(Reader state, String name, String kind) {
        var rows = new ArrayList<ServiceRow>();
        for (var mapping : state.under(GatewayServiceTable.BY_SERVICE, Keys.of(name))) {
            if (mapping.gatewayKind().equals(kind)) {
                state.under(ServiceTable.BY_NAME, Keys.of(mapping.gateway().name())).forEach(rows::add);
            }
        }
        return rows;
    }

    /// Gives the index of an answer about a service.
    /// @param state  where
    /// @param name   of the service
    /// @param found  whether there are instances
    /// @param checks whether checks are in the answer
    /// @return the index
    public static long index(Reader state, String name, boolean found, boolean checks) {
        long ofService = state.entry(Entries.service(name));
        if (found && ofService > 0) {
            return ofService;
        }
        var rows = state.unwatched();
        long extinction = rows.entry(Entries.SERVICE_EXTINCTION);
        if (!found && extinction > 0) {
            return extinction;
        }
        long catalog = Math.max(rows.entry(NodeTable.TABLE), rows.entry(ServiceTable.TABLE));
        return checks ? Math.max(catalog, rows.entry(CheckTable.TABLE)) : catalog;
    }

    /// Finds the instances that have an address of their own, or under some tag, that is this one.
    /// @param state   where
    /// @param address the address; the one of the node does not count
    /// @return the instances; woken by any write to a service
    public static List<ServiceRow> at(Reader state, String address) {
        var found = new ArrayList<ServiceRow>();
        state.entry(ServiceTable.TABLE);
        for (var row : state.unwatched().all(ServiceTable.TABLE)) {
            var service = row.service();
            if (service.address().equals(address)
                    || service.taggedAddresses().values().stream()
                            .anyMatch(tagged -> tagged.address().equals(address))) {
                found.add(row);
            }
        }
        return List.copyOf(found);
    }

    /// {@return whether an instance has all of some tags, in any case}
    /// @param row  the instance
    /// @param tags the tags
    public static boolean hasTags(ServiceRow row, List<String> tags) {
        return tags.stream().allMatch(wanted -> row.service().tags().stream().anyMatch(wanted::equalsIgnoreCase));
    }
}
