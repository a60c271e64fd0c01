package dev.proconsul.rpc.client;

import dev.proconsul.rpc.client.internal.view.Views;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.ChecksInStateRequest;
import dev.proconsul.rpc.structs.Health;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.IndexedCheckServiceNodes;
import dev.proconsul.rpc.structs.IndexedHealthChecks;
import dev.proconsul.rpc.structs.ServiceSpecificRequest;
import java.util.List;
import java.util.Locale;

/// The service `Health`: checks, and instances with their checks.
public final class HealthClient {
    /// Source: Consul `agent/structs/health_filter_type.go`. Servers before 1.21 do not know it.
    private static final long ONLY_PASSING = 2;

    private final Ask ask;

    HealthClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param options of all its calls
    public HealthClient with(CallOptions options) {
        return new HealthClient(ask.with(options));
    }

    /// {@return the instances of a service with their nodes and checks, whatever those say}
    /// @param name of the service
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<CheckServiceNode> service(String name) throws CallException, InterruptedException {
        return ask.read(Health.SERVICE_NODES, ask.service(name)).nodes();
    }

    /// {@return the instances of a service of which all checks pass}
    /// @param name of the service
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<CheckServiceNode> passing(String name) throws CallException, InterruptedException {
        return onlyPassing(ask.read(Health.SERVICE_NODES, ask.find(passingOf(name))));
    }

    /// {@return the instances that take the mesh's connections for a service: its proxies, gateways, and itself where
    /// it speaks the mesh's TLS}
    /// @param name of the service behind them
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<CheckServiceNode> connect(String name) throws CallException, InterruptedException {
        return ask.read(Health.SERVICE_NODES, ask.find(connectOf(name))).nodes();
    }

    /// {@return the instances of a service that meet more conditions, or sorted by distance}
    /// @param conditions service and conditions; datacenter and the way to read come from the options
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<CheckServiceNode> find(ServiceSpecificRequest conditions) throws CallException, InterruptedException {
        return ask.read(Health.SERVICE_NODES, ask.find(conditions)).nodes();
    }

    /// {@return the checks of a node and of its services}
    /// @param node name of the node
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<HealthCheck> nodeChecks(String node) throws CallException, InterruptedException {
        return ask.read(Health.NODE_CHECKS, ask.node(node)).healthChecks();
    }

    /// {@return the checks of a service}
    /// @param service name of the service
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<HealthCheck> serviceChecks(String service) throws CallException, InterruptedException {
        return ask.read(Health.SERVICE_CHECKS, ask.service(service)).healthChecks();
    }

    /// {@return all checks in a state}
    /// @param state which
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<HealthCheck> checks(State state) throws CallException, InterruptedException {
        return ask.read(Health.CHECKS_IN_STATE, in(state)).healthChecks();
    }

    /// {@return a watch of the instances of a service with their nodes and checks, to be closed by the caller. It follows
    /// a stream where the server has one, see [WatchOptions#streams]; watches of the same share it}
    /// @param name of the service
    public Watch<List<CheckServiceNode>> watchService(String name) {
        return ask.watchInstances(ask.service(name), name, false, Views.Filter.ANY, IndexedCheckServiceNodes::nodes);
    }

    /// {@return a watch of the instances that take the mesh's connections for a service: its proxies, gateways, and
    /// itself where it speaks the mesh's TLS; to be closed by the caller. It follows a stream as [#watchService] does}
    /// @param name of the service behind them
    public Watch<List<CheckServiceNode>> watchConnect(String name) {
        return ask.watchInstances(ask.find(connectOf(name)), name, true, Views.Filter.ANY,
                IndexedCheckServiceNodes::nodes);
    }

    /// {@return a watch of the instances of a service of which all checks pass, to be closed by the caller. It follows a
    /// stream as [#watchService] does}
    /// @param name of the service
    public Watch<List<CheckServiceNode>> watchPassing(String name) {
        return ask.watchInstances(
                ask.find(passingOf(name)), name, false, Views.Filter.PASSING, HealthClient::onlyPassing);
    }

    /// {@return a watch of all checks in a state, to be closed by the caller}
    /// @param state which
    public Watch<List<HealthCheck>> watchChecks(State state) {
        return ask.watch(Health.CHECKS_IN_STATE, in(state), IndexedHealthChecks::healthChecks);
    }

    /// State of a check.
    public enum State {
        /// Every state.
        ANY,
        /// All is well.
        PASSING,
        /// Something is amiss, but the instance still serves.
        WARNING,
        /// The instance does not serve.
        CRITICAL;

        /// {@return the word on the wire}
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private Ask.Question<ChecksInStateRequest> in(State state) {
        var request = ChecksInStateRequest.ZERO.withDatacenter(ask.datacenter()).withState(state.word());
        return request::withQueryOptions;
    }

    private static ServiceSpecificRequest passingOf(String name) {
        return ServiceSpecificRequest.ZERO.withServiceName(name).withHealthFilterType(ONLY_PASSING);
    }

    private static ServiceSpecificRequest connectOf(String name) {
        return ServiceSpecificRequest.ZERO.withServiceName(name).withConnect(true);
    }

    /// Older servers do not know the filter.
    private static List<CheckServiceNode> onlyPassing(IndexedCheckServiceNodes reply) {
        return reply.nodes().stream()
                .filter(node -> node.checks().stream()
                        .allMatch(check -> check.status().equals(State.PASSING.word())))
                .toList();
    }
}
