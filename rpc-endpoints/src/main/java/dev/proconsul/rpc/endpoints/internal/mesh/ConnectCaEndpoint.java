package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.CaRootTable;
import dev.proconsul.rpc.structs.AutoEncrypt;
import dev.proconsul.rpc.structs.CAConfiguration;
import dev.proconsul.rpc.structs.CARequest;
import dev.proconsul.rpc.structs.CARoot;
import dev.proconsul.rpc.structs.CASignRequest;
import dev.proconsul.rpc.structs.ConnectCA;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.IndexedCARoots;
import dev.proconsul.rpc.structs.SignedResponse;
import java.util.ArrayList;
import java.util.List;

/// The services `ConnectCA` and `AutoEncrypt`: the certificates of the mesh and of client agents.
///
/// Source: Consul `agent/consul/connect_ca_endpoint.go`, `agent/consul/auto_encrypt_endpoint.go`.
public final class ConnectCaEndpoint {
    private final Host host;
    private final MeshAuthority authority;
    private final Signing signing;

    /// Makes the services.
    /// @param host      what they run in
    /// @param authority of the mesh
    public ConnectCaEndpoint(Host host, MeshAuthority authority) {
        this.host = host;
        this.authority = authority;
        signing = new Signing(host, authority);
    }

    /// {@return the methods for callers with a certificate}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                host.open(ConnectCA.ROOTS, (request, _) -> roots(request)),
                host.endpoint(ConnectCA.SIGN, Mesh.whileOff(host), signing::sign),
                host.endpoint(ConnectCA.CONFIGURATION_GET, Mesh.whileOff(host), this::configuration),
                host.endpoint(ConnectCA.CONFIGURATION_SET, Mesh.whileOff(host), this::configure));
    }

    /// {@return the methods for callers without one}
    public List<Endpoint<?, ?>> insecureRows() {
        return List.of(host.endpoint(AutoEncrypt.SIGN, this::checkAutoEncrypt, this::signForAgent));
    }

    private IndexedCARoots roots(DCSpecificRequest request) throws RpcException, InterruptedException {
        Mesh.requireOn(host);
        authority.ensure();
        return host.queries().ask(ConnectCA.ROOTS, request, Authorizer.EVERYTHING, state -> {
            long index = state.entry(CaRootTable.TABLE);
            return Result.found(index, roots(state.unwatched()));
        });
    }

    private static IndexedCARoots roots(Reader state) throws RpcException {
        var config = MeshAuthority.config(state)
                .orElseThrow(() -> new RpcException("CA has not finished initializing"));
        Mesh.unless(MeshAuthority.active(state).isPresent(), "CA has not finished initializing");
        var reply = IndexedCARoots.ZERO.withTrustDomain(MeshAuthority.trustDomain(config));
        var roots = new ArrayList<CARoot>();
        for (var root : state.all(CaRootTable.TABLE)) {
            roots.add(root.withSigningKey("").withSigningCert(""));
            reply = root.active() ? reply.withActiveRootID(root.id()) : reply;
        }
        return reply.withRoots(roots);
    }

    private CAConfiguration configuration(DCSpecificRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        caller.require(Resource.OPERATOR, Access.WRITE, Authorizer.UNNAMED);
        authority.ensure();
        return MeshAuthority.config(host.store().current())
                .orElseThrow(() -> new RpcException("CA has not finished initializing"));
    }

    private Empty configure(CARequest request, Authorizer caller) throws RpcException, InterruptedException {
        caller.require(Resource.OPERATOR, Access.WRITE, Authorizer.UNNAMED);
        var config = request.config();
        if (config == null) {
            throw new RpcException("Config must be specified on args");
        }
        authority.configure(config);
        return Empty.ZERO;
    }

    private void checkAutoEncrypt(CASignRequest request) throws RpcException {
        Mesh.requireOn(host);
        Mesh.unless(host.connect().autoEncrypt(),
                "AutoEncrypt.AllowTLS must be enabled in order to use this endpoint");
        Mesh.unless(request.datacenter().equals(host.datacenter()), "mismatched datacenter (client_dc='"
                + request.datacenter() + "' server_dc='" + host.datacenter()
                + "'); check client has same datacenter set as servers");
    }

    private SignedResponse signForAgent(CASignRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        var cert = signing.sign(request, caller);
        var tls = host.connect().agentTls().get();
        return SignedResponse.ZERO
                .withIssuedCert(cert)
                .withConnectCARoots(roots(DCSpecificRequest.ZERO.withDatacenter(request.datacenter())))
                .withManualCARoots(tls.manualRoots())
                .withVerifyServerHostname(tls.verifyServerHostname());
    }
}
