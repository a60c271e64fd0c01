package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.GatewayReads;
import dev.proconsul.rpc.endpoints.internal.tables.GatewayServiceTable;
import dev.proconsul.rpc.endpoints.internal.tables.Rows;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.structs.ConfigEntry;
import dev.proconsul.rpc.structs.GatewayService;
import dev.proconsul.rpc.structs.IngressGatewayConfigEntry;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.ServiceName;
import dev.proconsul.rpc.structs.TerminatingGatewayConfigEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which gateway serves which service: what follows from the config entries of gateways, and from which services there
/// are where an entry names all of them.
///
/// Deviation: `ServiceKind` stays empty, and API gateways serve nothing.
///
/// Source: Consul `agent/consul/state/catalog.go`, `updateGatewayServices`, `checkGatewayWildcardsAndUpdate`.
final class GatewayWrites {
    private static final String SERVERS = "consul";

    private GatewayWrites() {}

    /// After a config entry was stored.
    static void stored(Transaction state, ConfigEntry entry) throws RpcException {
        if (isGateway(entry)) {
            replace(state, entry.name(), mappings(state, entry));
        }
    }

    /// After a config entry was removed.
    static void removed(Transaction state, ConfigEntry entry) throws RpcException {
        if (isGateway(entry)) {
            replace(state, entry.name(), List.of());
        }
    }

    private static boolean isGateway(ConfigEntry entry) {
        return entry instanceof IngressGatewayConfigEntry || entry instanceof TerminatingGatewayConfigEntry;
    }

    private static void replace(Transaction state, String gateway, List<GatewayService> wanted) throws RpcException {
        var obsolete = new HashMap<String, GatewayService>();
        for (var row : Rows.list(state.under(GatewayServiceTable.BY_GATEWAY, Keys.of(gateway)))) {
            obsolete.put(id(row), row);
        }
        for (var row : wanted) {
            put(state, obsolete.remove(id(row)), row);
        }
        for (var row : obsolete.values()) {
            state.delete(GatewayServiceTable.TABLE, row);
        }
    }

    private static String id(GatewayService row) {
        return Keys.lower(row.service().name()) + '\0' + row.port();
    }

    private static void put(Transaction state, @Nullable GatewayService stored, GatewayService row)
            throws RpcException {
        long created = stored == null ? state.index() : stored.raftIndex().createIndex();
        if (stored == null || !row.withRaftIndex(stored.raftIndex()).equals(stored)) {
            state.put(GatewayServiceTable.TABLE, row.withRaftIndex(new RaftIndex(created, state.index())));
        }
    }

    /// After the first instance of a service has come.
    static void came(Transaction state, NodeService instance) throws RpcException {
        if (!instance.kind().isEmpty() || instance.service().equals(SERVERS)) {
            return;
        }
        for (var all : Rows.list(state.under(GatewayServiceTable.BY_SERVICE, Keys.of(GatewayReads.ALL)))) {
            var row = named(all, instance.service());
            var key = Keys.of(row.gateway().name(), row.service().name(), Long.toString(row.port()));
            if (state.get(GatewayServiceTable.BY_GATEWAY, key) == null) {
                put(state, null, row);
            }
        }
    }

    /// After the last instance of a service has gone.
    static void went(Transaction state, String service) throws RpcException {
        for (var row : Rows.list(state.under(GatewayServiceTable.BY_SERVICE, Keys.of(service)))) {
            if (row.fromWildcard()) {
                state.delete(GatewayServiceTable.TABLE, row);
            }
        }
    }

    /// What follows from an entry; nothing if it is not that of a gateway. Without indexes.
    static List<GatewayService> mappings(Reader state, ConfigEntry entry) {
        var named = switch (entry) {
            case IngressGatewayConfigEntry ingress -> ofIngress(ingress);
            case TerminatingGatewayConfigEntry terminating -> ofTerminating(terminating);
            default -> List.<GatewayService>of();
        };
        var all = new HashMap<String, GatewayService>();
        for (var row : named) {
            if (row.service().name().equals(GatewayReads.ALL)) {
                typical(state).forEach(service -> all.putIfAbsent(id(named(row, service)), named(row, service)));
            }
        }
        named.forEach(row -> all.put(id(row), row)); // what is named goes before what is meant
        return List.copyOf(all.values());
    }

    private static Iterable<String> typical(Reader state) {
        var names = new TreeSet<String>();
        for (var row : state.under(ServiceTable.BY_KIND, Keys.of(""))) {
            if (!row.service().service().equals(SERVERS)) {
                names.add(row.service().service());
            }
        }
        return names;
    }

    private static GatewayService named(GatewayService all, String service) {
        return all.withService(new ServiceName(service)).withFromWildcard(true);
    }

    private static List<GatewayService> ofIngress(IngressGatewayConfigEntry entry) {
        var rows = new ArrayList<GatewayService>();
        for (var listener : entry.listeners()) {
            for (var service : listener.services()) {
                rows.add(GatewayService.ZERO.withGateway(new ServiceName(entry.name()))
                        .withGatewayKind(GatewayReads.INGRESS).withService(new ServiceName(service.name()))
                        .withPort(listener.port()).withProtocol(listener.protocol()).withHosts(service.hosts()));
            }
        }
        return rows;
    }

    private static List<GatewayService> ofTerminating(TerminatingGatewayConfigEntry entry) {
        var rows = new ArrayList<GatewayService>();
        for (var service : entry.services()) {
            rows.add(GatewayService.ZERO.withGateway(new ServiceName(entry.name()))
                    .withGatewayKind(GatewayReads.TERMINATING).withService(new ServiceName(service.name()))
                    .withKeyFile(service.keyFile()).withCertFile(service.certFile()).withCaFile(service.caFile())
                    .withSni(service.sni()).withAutoHostRewrite(!service.disableAutoHostRewrite()));
        }
        return rows;
    }
}
