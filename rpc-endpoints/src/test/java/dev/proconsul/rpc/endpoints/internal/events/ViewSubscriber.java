package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.client.WatchOptions;
import dev.proconsul.rpc.client.internal.grpc.EventReader;
import dev.proconsul.rpc.client.internal.view.HealthView;
import dev.proconsul.rpc.client.internal.view.UnexpectedEvent;
import dev.proconsul.rpc.client.internal.view.ViewRules;
import dev.proconsul.rpc.endpoints.internal.subscribe.SubscribeService;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.proto.Event;
import java.io.IOException;
import java.util.List;

/// A client's view of a service, fed with what the publisher says as fast as a test wants.
final class ViewSubscriber {
    private final Stage stage;
    private final PolledTruth truth;
    private final SubscribeService wire = new SubscribeService(null, null); // only its form of messages is used
    private final ViewRules<List<CheckServiceNode>> rules =
            new ViewRules<>(new HealthView(_ -> true), WatchOptions.DEFAULT);
    private Subscription subscription;

    ViewSubscriber(Stage stage, PolledTruth truth) {
        this.stage = stage;
        this.truth = truth;
    }

    boolean isOpen() {
        return subscription != null;
    }

    long index() {
        return rules.index();
    }

    void open() throws RpcException {
        subscription = stage.publisher.subscribe(
                new Interest(truth.topic, new Subject.Named(truth.name), rules.opened(), ""), () -> { });
    }

    /// The connection is lost.
    void lose() {
        subscription.close();
        subscription = null;
        rules.ended(false, 0);
    }

    /// Takes up to so many steps of the stream.
    /// @return why it has ended, or null
    Ending take(int most) throws IOException, UnexpectedEvent {
        stage.publisher.work();
        for (int i = 0; i < most; i++) {
            var next = subscription.poll();
            if (next == null) {
                return ended();
            }
            var event = EventReader.read(Event.parseFrom(wire.message(next)));
            if (rules.take(event)) {
                truth.check(event, rules.value(), rules.index());
            }
        }
        return null;
    }

    private Ending ended() {
        var ending = subscription.ending();
        if (ending.isEmpty()) {
            return null;
        }
        rules.ended(ending.get() == Ending.RESET || ending.get() == Ending.ACL_CHANGE, 0);
        subscription = null;
        return ending.get();
    }

    Ending takeAll() throws IOException, UnexpectedEvent {
        return take(Integer.MAX_VALUE);
    }

    /// Takes a step that the view does not get.
    int skip() {
        stage.publisher.work();
        return subscription.poll() == null ? 0 : 1;
    }

    /// How the view differs from what a query answers; empty if it does not.
    String difference() {
        var now = truth.now();
        return rules.index() != 0 && now.value().equals(rules.value()) ? ""
                : "the view has " + PolledTruth.text(rules.value()) + " at " + rules.index() + ", a query "
                        + PolledTruth.text(now.value()) + " at " + now.index();
    }
}
