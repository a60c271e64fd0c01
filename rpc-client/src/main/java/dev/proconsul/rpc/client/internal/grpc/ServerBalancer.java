package dev.proconsul.rpc.client.internal.grpc;

import dev.proconsul.rpc.api.ServerInfo;
import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Sends all calls of a channel over one connection, to the server that the [ServerChoice] prefers. A call that ends in a
/// way that another server may do better, as for want of resources, moves the calls after it, also its own next attempt.
/// Those that are under way stay where they are.
///
/// Source: Consul `agent/grpc-internal/balancer/balancer.go`.
final class ServerBalancer extends LoadBalancer {
    static final String NAME = "consul-internal";
    private static final Set<Status.Code> NO_FAULT_OF_THE_SERVER = Set.of(Status.Code.OK, Status.Code.CANCELLED,
            Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND, Status.Code.ALREADY_EXISTS,
            Status.Code.PERMISSION_DENIED, Status.Code.UNAUTHENTICATED);

    private final Helper helper;
    private final ServerChoice choice = new ServerChoice();
    private List<EquivalentAddressGroup> addresses = List.of();
    private long shuffles;
    private @Nullable Current current;

    /// The connection in use.
    private record Current(ServerInfo server, Subchannel subchannel) {}

    // All methods run in gRPC's synchronization context.

    ServerBalancer(Helper helper) {
        this.helper = helper;
    }

    @Override
    public Status acceptResolvedAddresses(ResolvedAddresses resolved) {
        addresses = resolved.getAddresses();
        var servers = addresses.stream().map(ServerBalancer::server).toList();
        long known = Optional.ofNullable(resolved.getAttributes().get(ServerResolver.SHUFFLES)).orElse(0L);
        if (known != shuffles) {
            shuffles = known;
            choice.rebalance(servers);
        } else {
            choice.update(servers);
        }
        switchToIdeal();
        return Status.OK;
    }

    private static ServerInfo server(EquivalentAddressGroup group) {
        return Objects.requireNonNull(group.getAttributes().get(ServerResolver.SERVER), "an address without server");
    }

    @Override
    public void handleNameResolutionError(Status error) {
        if (current == null) {
            helper.updateBalancingState(ConnectivityState.TRANSIENT_FAILURE,
                    new FixedResultPicker(PickResult.withError(error)));
        }
    }

    private void switchToIdeal() {
        var ideal = choice.ideal();
        if (ideal.isEmpty()) {
            drop();
            helper.updateBalancingState(ConnectivityState.TRANSIENT_FAILURE, new FixedResultPicker(PickResult.withError(
                    Status.UNAVAILABLE.withDescription("resolver error: resolver produced no addresses"))));
        } else if (current == null || !current.server.equals(ideal.get())) {
            open(ideal.get());
        }
    }

    private void open(ServerInfo server) {
        var group = addresses.stream().filter(one -> server(one).equals(server)).findFirst().orElseThrow();
        var subchannel = helper.createSubchannel(CreateSubchannelArgs.newBuilder()
                .setAddresses(List.of(group))
                .setAttributes(Attributes.EMPTY)
                .build());
        var old = current;
        current = new Current(server, subchannel);
        subchannel.start(state -> changed(subchannel, state));
        helper.updateBalancingState(ConnectivityState.CONNECTING,
                new FixedResultPicker(PickResult.withNoResult()));
        subchannel.requestConnection();
        if (old != null) {
            old.subchannel.shutdown(); // its calls may finish
        }
    }

    private void changed(Subchannel subchannel, ConnectivityStateInfo state) {
        var used = current;
        if (used == null || used.subchannel != subchannel) {
            return;
        }
        switch (state.getState()) {
            case READY -> helper.updateBalancingState(ConnectivityState.READY, new FixedResultPicker(
                    PickResult.withSubchannel(subchannel, new Outcomes(used.server))));
            case CONNECTING -> helper.updateBalancingState(ConnectivityState.CONNECTING,
                    new FixedResultPicker(PickResult.withNoResult()));
            case IDLE -> helper.updateBalancingState(ConnectivityState.IDLE, new IdlePicker(subchannel));
            case TRANSIENT_FAILURE -> unreachable(used.server, state.getStatus());
            case SHUTDOWN -> { }
        }
    }

    /// Unlike Consul's balancer, which waits for the next shuffle, this one tries another server: as soon as a call has
    /// failed for it, so that no server is dialed without need.
    private void unreachable(ServerInfo server, Status why) {
        choice.failed(server);
        helper.updateBalancingState(ConnectivityState.TRANSIENT_FAILURE, new UnreachablePicker(why));
    }

    private final class UnreachablePicker extends SubchannelPicker {
        private final PickResult failure;

        UnreachablePicker(Status why) {
            failure = PickResult.withError(why);
        }

        @Override
        public PickResult pickSubchannel(PickSubchannelArgs args) {
            helper.getSynchronizationContext().execute(ServerBalancer.this::switchIfUsed);
            return failure;
        }
    }

    private void switchIfUsed() {
        if (current != null) {
            switchToIdeal();
        }
    }

    private final class IdlePicker extends SubchannelPicker {
        private final Subchannel subchannel;

        IdlePicker(Subchannel subchannel) {
            this.subchannel = subchannel;
        }

        @Override
        public PickResult pickSubchannel(PickSubchannelArgs args) {
            helper.getSynchronizationContext().execute(subchannel::requestConnection);
            return PickResult.withNoResult();
        }
    }

    /// Hears how each attempt of a call ends.
    private final class Outcomes extends ClientStreamTracer.Factory {
        private final ServerInfo server;

        Outcomes(ServerInfo server) {
            this.server = server;
        }

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void streamClosed(Status status) {
                    if (!NO_FAULT_OF_THE_SERVER.contains(status.getCode())) {
                        helper.getSynchronizationContext().execute(() -> failed(server));
                    }
                }
            };
        }
    }

    private void failed(ServerInfo server) {
        choice.failed(server);
        switchIfUsed();
    }

    private void drop() {
        if (current != null) {
            current.subchannel.shutdown();
            current = null;
        }
    }

    @Override
    public void shutdown() {
        drop();
    }

    /// Makes balancers.
    static final class Provider extends LoadBalancerProvider {
        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        public int getPriority() {
            return 5;
        }

        @Override
        public String getPolicyName() {
            return NAME;
        }

        @Override
        public LoadBalancer newLoadBalancer(Helper helper) {
            return new ServerBalancer(helper);
        }
    }
}
