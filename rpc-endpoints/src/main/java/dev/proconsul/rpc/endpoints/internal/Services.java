package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.access.AclBindingRuleEndpoint;
import dev.proconsul.rpc.endpoints.internal.access.AclCallerEndpoint;
import dev.proconsul.rpc.endpoints.internal.access.AclMethodEndpoint;
import dev.proconsul.rpc.endpoints.internal.access.AclObjects;
import dev.proconsul.rpc.endpoints.internal.access.AclPolicyEndpoint;
import dev.proconsul.rpc.endpoints.internal.access.AclRoleEndpoint;
import dev.proconsul.rpc.endpoints.internal.access.AclTokenEndpoint;
import dev.proconsul.rpc.endpoints.internal.access.TokenReaping;
import dev.proconsul.rpc.endpoints.internal.mesh.AuthorityDuty;
import dev.proconsul.rpc.endpoints.internal.mesh.ConfigEntryEndpoint;
import dev.proconsul.rpc.endpoints.internal.mesh.ConnectCaEndpoint;
import dev.proconsul.rpc.endpoints.internal.mesh.DiscoveryChainEndpoint;
import dev.proconsul.rpc.endpoints.internal.mesh.FederationStateEndpoint;
import dev.proconsul.rpc.endpoints.internal.mesh.IntentionEndpoint;
import dev.proconsul.rpc.endpoints.internal.mesh.MeshAuthority;
import dev.proconsul.rpc.endpoints.internal.mesh.PeerQueries;
import dev.proconsul.rpc.endpoints.internal.mesh.TopologyEndpoint;
import dev.proconsul.rpc.endpoints.internal.mesh.VirtualAddresses;
import java.util.ArrayList;
import java.util.List;

/// All services, and what they have to do by themselves while this server leads; one line each.
public final class Services {
    private final List<Endpoint<?, ?>> rows = new ArrayList<>();
    private final List<Endpoint<?, ?>> insecureRows;
    private final List<Duty> duties;
    private final MeshAuthority authority;

    /// Makes the services of a server.
    /// @param host what they run in
    public Services(Host host) {
        var sessionTimers = new SessionTimers(host);
        var coordinateUpdates = new CoordinateUpdates(host);
        rows.addAll(new StatusEndpoint(host).rows());
        rows.addAll(new KvsEndpoint(host).rows());
        rows.addAll(new CatalogEndpoint(host).rows());
        rows.addAll(new HealthEndpoint(host).rows());
        rows.addAll(new SessionEndpoint(host, sessionTimers).rows());
        rows.addAll(new TxnEndpoint(host).rows());
        rows.addAll(new CoordinateEndpoint(host, coordinateUpdates).rows());
        rows.addAll(new PreparedQueryEndpoint(host).rows());
        rows.addAll(new InternalEndpoint(host).rows());
        rows.addAll(new OperatorEndpoint(host).rows());
        rows.addAll(new AclTokenEndpoint(host).rows());
        rows.addAll(new AclPolicyEndpoint(host).rows());
        rows.addAll(new AclRoleEndpoint(host).rows());
        rows.addAll(new AclMethodEndpoint(host).rows());
        rows.addAll(new AclBindingRuleEndpoint(host).rows());
        rows.addAll(new AclCallerEndpoint(host).rows());
        rows.addAll(new ConfigEntryEndpoint(host).rows());
        rows.addAll(new IntentionEndpoint(host).rows());
        rows.addAll(new TopologyEndpoint(host).rows());
        rows.addAll(new PeerQueries(host).rows());
        rows.addAll(new VirtualAddresses(host).rows());
        rows.addAll(new FederationStateEndpoint(host).rows());
        authority = new MeshAuthority(host);
        rows.addAll(new DiscoveryChainEndpoint(host, authority).rows());
        var certificates = new ConnectCaEndpoint(host, authority);
        rows.addAll(certificates.rows());
        insecureRows = certificates.insecureRows();
        duties = List.of(new TombstoneReaping(host), new SelfRegistration(host), new CatalogReconciliation(host),
                new LeaderNews(host), new AutopilotDefaults(host),
                sessionTimers, coordinateUpdates, new AclObjects(host), new TokenReaping(host),
                new AuthorityDuty(host, authority));
    }

    /// {@return the methods of all services}
    public List<Endpoint<?, ?>> rows() {
        return List.copyOf(rows);
    }

    /// {@return the methods for callers without a certificate, which are no part of the others}
    public List<Endpoint<?, ?>> insecureRows() {
        return insecureRows;
    }

    /// {@return the authority of the mesh}
    public MeshAuthority authority() {
        return authority;
    }

    /// {@return what is to be done while this server leads; waits for [LeaderDuties#lead]}
    public LeaderDuties duties() {
        return new LeaderDuties(duties);
    }
}
