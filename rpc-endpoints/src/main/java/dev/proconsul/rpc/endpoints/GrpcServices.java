package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.endpoints.internal.MessageBudget;
import dev.proconsul.rpc.endpoints.internal.grpc.CallCounter;
import dev.proconsul.rpc.endpoints.internal.grpc.FaultInterceptor;
import dev.proconsul.rpc.endpoints.internal.grpc.InboundLimit;
import dev.proconsul.rpc.endpoints.internal.grpc.UnknownMethods;
import dev.proconsul.rpc.endpoints.internal.grpc.UploadLimit;
import dev.proconsul.rpc.endpoints.internal.subscribe.Elsewhere;
import dev.proconsul.rpc.endpoints.internal.subscribe.Lanes;
import dev.proconsul.rpc.endpoints.internal.subscribe.StateStreamService;
import dev.proconsul.rpc.endpoints.internal.subscribe.SubscribeService;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ServerBuilder;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/// The gRPC services of a server's port, with what guards them, for any gRPC server to carry.
///
/// Always there: health (`grpc.health.v1.Health`) and reflection (`grpc.reflection.v1.ServerReflection`, and
/// `v1alpha`, which many tools still ask for). Health knows every service by name, and the server as a whole by the
/// empty name; reflection lists what is served, and nothing else.
///
/// Guards: a call to what is not there ends as in Consul (`unknown service …`); a fault in a service ends its call
/// with `INTERNAL` and goes to the observer, not to the peer; unfinished messages of all calls together share a
/// quarter of the heap, and calls that upload a stream are limited in number.
///
/// Whoever uses this class requires gRPC's modules, see the module description.
///
/// Source: Consul `agent/grpc-internal/handler.go`, `agent/grpc-middleware/recovery.go`.
///
/// Threads: any.
public final class GrpcServices {
    /// How many calls may stream requests at a time. Each can hold one flow-control window of 64 KiB that its service
    /// has not asked for yet.
    static final int MAX_UPLOADS = 512;

    private final GrpcObserver observer;
    private final HealthStatusManager health = new HealthStatusManager();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final List<ServerServiceDefinition> services = new ArrayList<>();
    private final CallCounter calls = new CallCounter();
    private final InboundLimit inbound = new InboundLimit(MessageBudget.ofHeap());

    private GrpcServices(GrpcObserver observer) {
        this.observer = observer;
    }

    /// Puts services together.
    ///
    /// @param observer told of faults
    /// @param more     services besides health and reflection
    /// @return the services, all healthy
    public static GrpcServices of(GrpcObserver observer, List<BindableService> more) {
        var all = new GrpcServices(observer);
        more.forEach(all::add);
        all.add(all.health.getHealthService());
        all.add(ProtoReflectionServiceV1.newInstance());
        all.add(olderReflection());
        return all;
    }

    /// Makes the services that stream events.
    ///
    /// @param endpoints whose state it is about; closing them ends all streams
    /// @param channels  gives the channel to a server of another datacenter; whoever opens channels closes them
    /// @return the services, for [#of]
    public static List<BindableService> streams(
            Endpoints endpoints, Function<? super ServerInfo, ? extends Channel> channels) {
        var elsewhere = new Elsewhere(endpoints.forwarding(), channels);
        return List.of(new SubscribeService(endpoints.streams(), elsewhere),
                new StateStreamService(endpoints.streams(), elsewhere));
    }

    /// Makes an executor for what gRPC writes to connections, if the server that carries [#streams] takes one: then the
    /// streams of a connection that are told of the same change share a write.
    ///
    /// @param threads runs each task on a thread of its own, and never refuses
    /// @return an executor that gives everything on to `threads`, at once or in a moment
    public static Executor gathering(Executor threads) {
        return Lanes.gathering(threads);
    }

    /// Deprecated for good reason, and still what grpcurl and others ask first.
    @SuppressWarnings("deprecation")
    private static BindableService olderReflection() {
        return io.grpc.protobuf.services.ProtoReflectionService.newInstance();
    }

    private void add(BindableService service) {
        var definition = service.bindService();
        services.add(definition);
        health.setStatus(definition.getServiceDescriptor().getName(), ServingStatus.SERVING);
    }

    /// {@return the full names of all services, in order}
    public List<String> names() {
        var names = new TreeSet<String>();
        services.forEach(service -> names.add(service.getServiceDescriptor().getName()));
        return List.copyOf(names);
    }

    /// Has a server carry these services.
    ///
    /// @param server not yet built
    public void carriedBy(ServerBuilder<?> server) {
        server.addServices(services)
                .fallbackHandlerRegistry(new UnknownMethods(names()))
                .addStreamTracerFactory(inbound)
                // The last one is the first to see a call.
                .intercept(new FaultInterceptor(observer))
                .intercept(new UploadLimit(MAX_UPLOADS))
                .intercept(calls);
    }

    /// Tells whoever asks or watches that nothing is served any more, for ever: the server is about to end.
    public void drain() {
        if (draining.compareAndSet(false, true)) { // gRPC complains about a second time
            health.enterTerminalState();
        }
    }

    /// {@return how many calls are being answered that will end by themselves: those with a single reply}
    public long callsInFlight() {
        return calls.unaryInFlight();
    }

    /// {@return counters and gauges under Consul's names: calls, and streams as the part of them with many messages}
    public Map<String, Long> counters() {
        return calls.snapshot();
    }
}
