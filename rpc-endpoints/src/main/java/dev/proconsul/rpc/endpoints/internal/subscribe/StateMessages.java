package dev.proconsul.rpc.endpoints.internal.subscribe;

import com.google.protobuf.ByteString;
import dev.proconsul.rpc.endpoints.internal.events.Delivery;
import dev.proconsul.rpc.endpoints.internal.events.Payload;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.structs.proto.KeyUpdate;
import dev.proconsul.rpc.structs.proto.Node;
import dev.proconsul.rpc.structs.proto.NodeUpdate;
import dev.proconsul.rpc.structs.proto.StateEvent;
import dev.proconsul.rpc.structs.proto.StateEventBatch;

/// Steps of a stream as messages of our own service, shaped like those of Consul's.
final class StateMessages {
    private static final byte[] NEW_SNAPSHOT =
            StateEvent.newBuilder().setNewSnapshotToFollow(true).build().toByteArray();

    private StateMessages() {}

    static byte[] bytes(Delivery delivery) {
        return switch (delivery) {
            case Delivery.Changes changes -> changes.encoded(StateMessages::encode);
            case Delivery.EndOfSnapshot end ->
                StateEvent.newBuilder().setIndex(end.index()).setEndOfSnapshot(true).build().toByteArray();
            case Delivery.NewSnapshotToFollow _ -> NEW_SNAPSHOT;
        };
    }

    private static byte[] encode(Delivery.Changes changes) {
        if (changes.payloads().size() == 1) {
            return event(changes.index(), changes.payloads().getFirst()).toByteArray();
        }
        var batch = StateEventBatch.newBuilder();
        changes.payloads().forEach(payload -> batch.addEvents(event(changes.index(), payload)));
        return StateEvent.newBuilder().setIndex(changes.index()).setBatch(batch).build().toByteArray();
    }

    private static StateEvent event(long index, Payload payload) {
        var event = StateEvent.newBuilder().setIndex(index);
        switch (payload) {
            case Payload.Key key -> event.setKey(key(key));
            case Payload.OfNode node -> event.setNode(node(node));
            case Payload.Health _, Payload.ServiceName _, Payload.Entry _ ->
                throw new IllegalArgumentException("Consul's own service has messages for " + payload.getClass());
        }
        return event.build();
    }

    private static KeyUpdate key(Payload.Key key) {
        var entry = key.entry();
        var message = KeyUpdate.newBuilder().setKey(ByteString.copyFrom(Keys.exact(entry.key())));
        if (key.gone()) {
            return message.setRemoved(true).build();
        }
        return message.setValue(ByteString.copyFrom(entry.value().toByteArray()))
                .setFlags(entry.flags())
                .setLockIndex(entry.lockIndex())
                .setSession(entry.session())
                .setRaftIndex(CommonMessages.of(entry.raftIndex()))
                .build();
    }

    private static NodeUpdate node(Payload.OfNode node) {
        return node.gone()
                ? NodeUpdate.newBuilder().setRemoved(true)
                        .setNode(Node.newBuilder().setNode(node.node().node())).build()
                : NodeUpdate.newBuilder().setNode(HealthMessages.node(node.node())).build();
    }
}
