package dev.proconsul.rpc.endpoints.internal.subscribe;

import dev.proconsul.rpc.endpoints.internal.events.Delivery;
import dev.proconsul.rpc.endpoints.internal.events.Interest;
import dev.proconsul.rpc.structs.proto.StateChangeSubscriptionGrpc;
import dev.proconsul.rpc.structs.proto.SubscribeProto;
import dev.proconsul.rpc.structs.proto.SubscribeRequest;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusException;

/// Consul's service `subscribe.StateChangeSubscription`: a snapshot of what is subscribed to, then every change.
///
/// Source: Consul `agent/grpc-internal/services/subscribe`.
public final class SubscribeService implements BindableService, StreamForm<SubscribeRequest> {
    private final Streams streams;
    private final Elsewhere elsewhere;

    /// Makes the service.
    /// @param streams   what it runs on
    /// @param elsewhere streams of other datacenters
    public SubscribeService(Streams streams, Elsewhere elsewhere) {
        this.streams = streams;
        this.elsewhere = elsewhere;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return new StreamServices(StateChangeSubscriptionGrpc.getServiceDescriptor(),
                        SubscribeProto.getDescriptor(), streams, elsewhere)
                .add(StateChangeSubscriptionGrpc.getSubscribeMethod(), this)
                .define();
    }

    @Override
    public String datacenter(SubscribeRequest request) {
        return request.getDatacenter();
    }

    @Override
    public String token(SubscribeRequest request) {
        return request.getToken();
    }

    @Override
    public SubscribeRequest withoutToken(SubscribeRequest request) {
        return request.toBuilder().clearToken().build();
    }

    @Override
    public Interest interest(SubscribeRequest request) throws StatusException {
        return SubscribeRequests.interest(request);
    }

    @Override
    public byte[] message(Delivery delivery) {
        return EventMessages.bytes(delivery);
    }
}
