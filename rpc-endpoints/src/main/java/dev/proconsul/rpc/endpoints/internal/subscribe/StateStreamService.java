package dev.proconsul.rpc.endpoints.internal.subscribe;

import dev.proconsul.rpc.endpoints.internal.events.Delivery;
import dev.proconsul.rpc.endpoints.internal.events.Interest;
import dev.proconsul.rpc.endpoints.internal.events.KeyEvents;
import dev.proconsul.rpc.endpoints.internal.events.NodeEvents;
import dev.proconsul.rpc.endpoints.internal.events.Subject;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.structs.proto.KeysRequest;
import dev.proconsul.rpc.structs.proto.NodesRequest;
import dev.proconsul.rpc.structs.proto.StateStreamGrpc;
import dev.proconsul.rpc.structs.proto.StreamProto;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;

/// Our own service `proconsul.stream.StateStream`: what Consul has no topics for.
public final class StateStreamService implements BindableService {
    private final Streams streams;
    private final Elsewhere elsewhere;

    /// Makes the service.
    /// @param streams   what it runs on
    /// @param elsewhere streams of other datacenters
    public StateStreamService(Streams streams, Elsewhere elsewhere) {
        this.streams = streams;
        this.elsewhere = elsewhere;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return new StreamServices(StateStreamGrpc.getServiceDescriptor(), StreamProto.getDescriptor(),
                        streams, elsewhere)
                .add(StateStreamGrpc.getKeysMethod(), new KeysForm())
                .add(StateStreamGrpc.getNodesMethod(), new NodesForm())
                .define();
    }

    private static final class KeysForm implements StreamForm<KeysRequest> {
        @Override
        public String datacenter(KeysRequest request) {
            return request.getDatacenter();
        }

        @Override
        public String token(KeysRequest request) {
            return request.getToken();
        }

        @Override
        public KeysRequest withoutToken(KeysRequest request) {
            return request.toBuilder().clearToken().build();
        }

        @Override
        public Interest interest(KeysRequest request) {
            return new Interest(KeyEvents.KEYS, new Subject.Named(request.getPrefix()), request.getIndex(),
                    request.getToken());
        }

        @Override
        public byte[] message(Delivery delivery) {
            return StateMessages.bytes(delivery);
        }
    }

    private static final class NodesForm implements StreamForm<NodesRequest> {
        @Override
        public String datacenter(NodesRequest request) {
            return request.getDatacenter();
        }

        @Override
        public String token(NodesRequest request) {
            return request.getToken();
        }

        @Override
        public NodesRequest withoutToken(NodesRequest request) {
            return request.toBuilder().clearToken().build();
        }

        @Override
        public Interest interest(NodesRequest request) {
            var subject = request.getNode().isEmpty()
                    ? new Subject.Everything() : new Subject.Named(Keys.lower(request.getNode()));
            return new Interest(NodeEvents.NODES, subject, request.getIndex(), request.getToken());
        }

        @Override
        public byte[] message(Delivery delivery) {
            return StateMessages.bytes(delivery);
        }
    }
}
