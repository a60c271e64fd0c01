package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.access.AclBindingRuleEndpoint;
import dev.proconsul.rpc.endpoints.internal.access.AclCallerEndpoint;
import dev.proconsul.rpc.endpoints.internal.access.AclMethodEndpoint;
import dev.proconsul.rpc.endpoints.internal.access.AclPolicyEndpoint;
import dev.proconsul.rpc.endpoints.internal.access.AclRoleEndpoint;
import dev.proconsul.rpc.endpoints.internal.access.AclTokenEndpoint;
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
        rows.addAll(new KvsEndpoint(host).rows());
        rows.addAll(new AclTokenEndpoint(host).rows());
        rows.addAll(new AclPolicyEndpoint(host).rows());
        rows.addAll(new AclRoleEndpoint(host).rows());
        rows.addAll(new AclMethodEndpoint(host).rows());
        rows.addAll(new AclBindingRuleEndpoint(host).rows());
        rows.addAll(new AclCallerEndpoint(host).rows());
        return rows;
    }
}
