package dev.proconsul.rpc.endpoints.internal.subscribe;

import dev.proconsul.rpc.endpoints.internal.events.EventTopic;
import dev.proconsul.rpc.endpoints.internal.events.HealthEvents;
import dev.proconsul.rpc.endpoints.internal.events.Interest;
import dev.proconsul.rpc.endpoints.internal.events.Subject;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.structs.proto.NamedSubject;
import dev.proconsul.rpc.structs.proto.SubscribeRequest;
import dev.proconsul.rpc.structs.proto.Topic;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.Map;

/// What requests of Consul's service ask for.
///
/// Source: Consul `agent/grpc-internal/services/subscribe/subscribe.go`, `proto/private/pbsubscribe/subscribe.go`.
final class SubscribeRequests {
    private static final Map<Topic, EventTopic> TOPICS = Map.of(
            Topic.ServiceHealth, HealthEvents.SERVICE_HEALTH,
            Topic.ServiceHealthConnect, HealthEvents.SERVICE_HEALTH_CONNECT);

    private SubscribeRequests() {}

    static Interest interest(SubscribeRequest request) throws StatusException {
        var subject = request.getWildcardSubject() ? new Subject.Everything() : named(request);
        var topic = TOPICS.get(request.getTopic());
        if (topic == null) {
            throw Status.UNKNOWN.withDescription("unknown topic " + name(request)).asException();
        }
        return new Interest(topic, subject, request.getIndex(), request.getToken());
    }

    private static String name(SubscribeRequest request) {
        return request.getTopic() == Topic.UNRECOGNIZED
                ? Integer.toString(request.getTopicValue()) : request.getTopic().name();
    }

    private static Subject named(SubscribeRequest request) throws StatusException {
        var name = request.hasNamedSubject() ? request.getNamedSubject() : NamedSubject.newBuilder()
                .setKey(request.getKey()).setPeerName(request.getPeerName()).build();
        if (name.getKey().isEmpty()) {
            throw invalid("either WildcardSubject or NamedSubject.Key is required");
        }
        return switch (request.getTopic()) {
            case ServiceHealth, ServiceHealthConnect -> new Subject.Named(Keys.lower(name.getPeerName().isEmpty()
                    ? name.getKey() : name.getPeerName() + "/" + name.getKey()));
            case ServiceList -> throw invalid("topic ServiceList can only be consumed using WildcardSubject");
            default -> throw invalid("cannot construct subject for topic " + name(request));
        };
    }

    private static StatusException invalid(String text) {
        return Status.INVALID_ARGUMENT.withDescription(text).asException();
    }
}
