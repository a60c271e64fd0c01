package dev.proconsul.rpc.endpoints.internal.events;

import static dev.proconsul.rpc.endpoints.internal.events.HealthEvents.SERVICE_HEALTH_CONNECT;

import dev.proconsul.rpc.endpoints.internal.state.Commit;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.GatewayServiceTable;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceReads;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceRow;
import dev.proconsul.rpc.structs.GatewayService;
import dev.proconsul.rpc.structs.RaftIndex;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a commit means for those who reach services through the mesh.
final class MeshHealth {
    private static final String TERMINATING_GATEWAY = "terminating-gateway";

    private final Commit commit;
    private final EventSource.Events events;

    MeshHealth(Commit commit, EventSource.Events events) {
        this.commit = commit;
        this.events = events;
    }

    /// An instance, its node or a check has changed: it leaves the services that it no longer serves.
    void changed(@Nullable ServiceRow was, @Nullable ServiceRow is) {
        var serves = is == null ? Set.<String>of() : servedBy(commit.after(), is);
        if (was != null) {
            for (var service : servedBy(commit.before(), was)) {
                if (!serves.contains(service)) {
                    events.add(SERVICE_HEALTH_CONNECT, service, () -> HealthForm.gone(was));
                }
            }
        }
        if (is != null) {
            for (var service : serves) {
                events.add(SERVICE_HEALTH_CONNECT, service, () -> HealthForm.there(commit.after(), is));
            }
        }
    }

    private static Set<String> servedBy(Reader state, ServiceRow row) {
        var names = new LinkedHashSet<String>();
        if (!row.connectName().isEmpty()) {
            names.add(Keys.lower(row.connectName()));
        }
        if (row.service().kind().equals(TERMINATING_GATEWAY)) {
            for (var link : state.under(GatewayServiceTable.BY_GATEWAY, Keys.of(row.service().service()))) {
                names.add(Keys.lower(link.service().name()));
            }
        }
        return names;
    }

    /// Links between terminating gateways and services have changed: the instances of the gateway that have not
    /// changed themselves come and go with them.
    void links(TouchedInstances touched) {
        for (var change : commit.changes(GatewayServiceTable.TABLE)) {
            var link = change.row();
            var was = change.before();
            var is = change.after();
            if (!link.gatewayKind().equals(TERMINATING_GATEWAY)
                    || was != null && is != null && sameButForIndex(was, is)) {
                continue;
            }
            var service = Keys.lower(link.service().name());
            boolean linked = isLinked(commit.after(), link);
            for (var instance : touched.othersOf(link.gateway().name())) {
                events.add(SERVICE_HEALTH_CONNECT, service, () -> linked
                        ? HealthForm.there(commit.after(), instance) : HealthForm.gone(instance));
            }
        }
    }

    private static boolean sameButForIndex(GatewayService one, GatewayService other) {
        return one.withRaftIndex(RaftIndex.ZERO).equals(other.withRaftIndex(RaftIndex.ZERO));
    }

    /// Also by another port, in which case the instances stay.
    private static boolean isLinked(Reader state, GatewayService link) {
        for (var row : state.under(GatewayServiceTable.BY_GATEWAY, Keys.of(link.gateway().name()))) {
            if (row.service().name().equalsIgnoreCase(link.service().name())) {
                return true;
            }
        }
        return false;
    }
}
