package dev.proconsul.rpc.client.internal.grpc;

import dev.proconsul.rpc.client.internal.view.ViewEvent;
import dev.proconsul.rpc.structs.proto.CatalogOp;
import dev.proconsul.rpc.structs.proto.Event;
import java.util.ArrayList;
import java.util.List;

/// Reads the events of Consul's subscription service.
public final class EventReader {
    private EventReader() {}

    /// {@return what an event says}
    /// @param event from the stream
    public static ViewEvent read(Event event) {
        return switch (event.getPayloadCase()) {
            case ENDOFSNAPSHOT -> new ViewEvent.EndOfSnapshot(event.getIndex());
            case NEWSNAPSHOTTOFOLLOW -> new ViewEvent.NewSnapshotToFollow();
            case EVENTBATCH -> new ViewEvent.Changes(event.getIndex(), all(event.getEventBatch().getEventsList()));
            case SERVICEHEALTH, CONFIGENTRY, SERVICE, PAYLOAD_NOT_SET ->
                new ViewEvent.Changes(event.getIndex(), List.of(change(event)));
        };
    }

    private static List<ViewEvent.Change> all(List<Event> events) {
        var changes = new ArrayList<ViewEvent.Change>(events.size());
        events.forEach(event -> changes.add(change(event)));
        return changes;
    }

    private static ViewEvent.Change change(Event event) {
        return switch (event.getPayloadCase()) {
            case SERVICEHEALTH -> new ViewEvent.Instance(
                    event.getServiceHealth().getOp() == CatalogOp.Deregister,
                    InstanceReader.instance(event.getServiceHealth().getCheckServiceNode()));
            case ENDOFSNAPSHOT, NEWSNAPSHOTTOFOLLOW, EVENTBATCH, CONFIGENTRY, SERVICE, PAYLOAD_NOT_SET ->
                new ViewEvent.Foreign(event.getPayloadCase().name());
        };
    }
}
