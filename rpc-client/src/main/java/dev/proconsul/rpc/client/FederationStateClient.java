package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.FederationState;
import dev.proconsul.rpc.structs.FederationStateQuery;
import dev.proconsul.rpc.structs.FederationStateRequest;
import dev.proconsul.rpc.structs.FederationStates;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The service `FederationState`: what the primary datacenter knows of the others.
public final class FederationStateClient {
    private final Ask ask;

    FederationStateClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param options of all its calls
    public FederationStateClient with(CallOptions options) {
        return new FederationStateClient(ask.with(options));
    }

    /// {@return what is known of a datacenter; empty when nothing is}
    /// @param datacenter of which
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<FederationState> get(String datacenter) throws CallException, InterruptedException {
        return Optional.ofNullable(ask.read(FederationStates.GET,
                query -> new FederationStateQuery(ask.datacenter(), datacenter, query)).state());
    }

    /// {@return what is known of all datacenters}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<FederationState> list() throws CallException, InterruptedException {
        return ask.read(FederationStates.LIST, ask.here()).states();
    }

    /// {@return the mesh gateways with their nodes and checks, by datacenter}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Map<String, List<CheckServiceNode>> meshGateways() throws CallException, InterruptedException {
        return ask.read(FederationStates.LIST_MESH_GATEWAYS, ask.here()).datacenterNodes();
    }

    /// Writes what is known of a datacenter.
    ///
    /// @param state with the name of its datacenter
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void put(FederationState state) throws CallException, InterruptedException {
        apply("upsert", state);
    }

    /// Forgets a datacenter.
    ///
    /// @param datacenter which
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void delete(String datacenter) throws CallException, InterruptedException {
        apply("delete", FederationState.ZERO.withDatacenter(datacenter));
    }

    private void apply(String op, FederationState state) throws CallException, InterruptedException {
        ask.call(FederationStates.APPLY, new FederationStateRequest(ask.datacenter(), op, state, ask.write()));
    }
}
