package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.endpoints.Endpoint;
import java.util.ArrayList;
import java.util.List;

/// All services, one line each.
public final class Services {
    private Services() {}

    /// {@return the methods of all services}
    /// @param host what they run in
    public static List<Endpoint<?, ?>> of(Host host) {
        var rows = new ArrayList<Endpoint<?, ?>>();
        rows.addAll(new StatusEndpoint(host).rows());
        rows.addAll(new CatalogEndpoint(host).rows());
        rows.addAll(new HealthEndpoint(host).rows());
        rows.addAll(new KvsEndpoint(host).rows());
        return rows;
    }
}
