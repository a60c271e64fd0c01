package dev.proconsul.rpc.endpoints.internal.subscribe;

import dev.proconsul.rpc.endpoints.internal.events.Delivery;
import dev.proconsul.rpc.endpoints.internal.events.Payload;
import dev.proconsul.rpc.structs.proto.CatalogOp;
import dev.proconsul.rpc.structs.proto.ConfigEntryUpdate;
import dev.proconsul.rpc.structs.proto.ConfigEntryUpdate.UpdateOp;
import dev.proconsul.rpc.structs.proto.Event;
import dev.proconsul.rpc.structs.proto.EventBatch;
import dev.proconsul.rpc.structs.proto.ServiceHealthUpdate;
import dev.proconsul.rpc.structs.proto.ServiceListUpdate;

/// Steps of a stream as messages of Consul's service. One change is one event; several are a batch.
final class EventMessages {
    private static final byte[] NEW_SNAPSHOT =
            Event.newBuilder().setNewSnapshotToFollow(true).build().toByteArray();

    private EventMessages() {}

    static byte[] bytes(Delivery delivery) {
        return switch (delivery) {
            case Delivery.Changes changes -> changes.encoded(EventMessages::encode);
            case Delivery.EndOfSnapshot end ->
                Event.newBuilder().setIndex(end.index()).setEndOfSnapshot(true).build().toByteArray();
            case Delivery.NewSnapshotToFollow _ -> NEW_SNAPSHOT;
        };
    }

    private static byte[] encode(Delivery.Changes changes) {
        if (changes.payloads().size() == 1) {
            return event(changes.index(), changes.payloads().getFirst()).toByteArray();
        }
        var batch = EventBatch.newBuilder();
        changes.payloads().forEach(payload -> batch.addEvents(event(changes.index(), payload)));
        return Event.newBuilder().setIndex(changes.index()).setEventBatch(batch).build().toByteArray();
    }

    private static Event event(long index, Payload payload) {
        var event = Event.newBuilder().setIndex(index);
        switch (payload) {
            case Payload.Health health -> event.setServiceHealth(ServiceHealthUpdate.newBuilder()
                    .setOp(op(health.gone())).setCheckServiceNode(HealthMessages.of(health.instance())));
            case Payload.ServiceName name -> event.setService(ServiceListUpdate.newBuilder()
                    .setOp(op(name.gone())).setName(name.name()).setEnterpriseMeta(CommonMessages.NO_TENANCY));
            case Payload.Entry entry -> event.setConfigEntry(ConfigEntryUpdate.newBuilder()
                    .setOp(entry.gone() ? UpdateOp.Delete : UpdateOp.Upsert)
                    .setConfigEntry(ConfigMessages.of(entry.row())));
            case Payload.Key _, Payload.OfNode _ ->
                throw new IllegalArgumentException("our own service has messages for " + payload.getClass());
        }
        return event.build();
    }

    private static CatalogOp op(boolean gone) {
        return gone ? CatalogOp.Deregister : CatalogOp.Register;
    }
}
