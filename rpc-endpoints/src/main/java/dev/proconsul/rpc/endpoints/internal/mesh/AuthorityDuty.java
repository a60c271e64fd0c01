package dev.proconsul.rpc.endpoints.internal.mesh;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.Duty;
import dev.proconsul.rpc.endpoints.internal.Host;

/// Makes the authority of the mesh when the first leader begins, where agents have certificates of it: all servers must
/// trust it before one comes. Elsewhere it is made when somebody asks.
///
/// Source: Consul `agent/consul/leader_connect_ca.go`.
public final class AuthorityDuty implements Duty {
    private static final System.Logger LOG = System.getLogger("agent.server.connect");

    private final Host host;
    private final MeshAuthority authority;

    /// Makes the duty.
    /// @param host      what it runs in
    /// @param authority of the mesh
    public AuthorityDuty(Host host, MeshAuthority authority) {
        this.host = host;
        this.authority = authority;
    }

    @Override
    public void lead() {
        if (!host.connect().enabled() || !host.connect().autoEncrypt()) {
            return;
        }
        try {
            authority.ensure();
        } catch (RpcException e) {
            LOG.log(WARNING, () -> "failed to initialize the authority of the mesh: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server ends
        }
    }

    @Override
    public void follow() {
        // The authority stays.
    }
}
