package dev.proconsul.rpc.endpoints.internal.subscribe;

import dev.proconsul.rpc.endpoints.internal.events.ConfigEntryEvents;
import dev.proconsul.rpc.endpoints.internal.events.EventTopic;
import dev.proconsul.rpc.endpoints.internal.events.HealthEvents;
import dev.proconsul.rpc.endpoints.internal.events.Interest;
import dev.proconsul.rpc.endpoints.internal.events.ServiceListEvents;
import dev.proconsul.rpc.endpoints.internal.events.Subject;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.structs.proto.NamedSubject;
import dev.proconsul.rpc.structs.proto.SubscribeRequest;
import dev.proconsul.rpc.structs.proto.Topic;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What requests of Consul's service ask for.
///
/// Source: Consul `agent/grpc-internal/services/subscribe/subscribe.go`, `proto/private/pbsubscribe/subscribe.go`.
final class SubscribeRequests {
    private static final Map<String, EventTopic> TOPICS = Stream.concat(
            Stream.of(HealthEvents.SERVICE_HEALTH, HealthEvents.SERVICE_HEALTH_CONNECT, ServiceListEvents.SERVICE_LIST),
            ConfigEntryEvents.all().stream()).collect(Collectors.toUnmodifiableMap(EventTopic::toString, t -> t));

    private SubscribeRequests() {}

    static Interest interest(SubscribeRequest request) throws StatusException {
        var topic = TOPICS.get(name(request));
        var subject = request.getWildcardSubject() ? new Subject.Everything() : named(request, topic);
        if (topic == null) {
            throw Status.UNKNOWN.withDescription("unknown topic " + name(request)).asException();
        }
        return new Interest(topic, subject, request.getIndex(), request.getToken());
    }

    private static String name(SubscribeRequest request) {
        return request.getTopic() == Topic.UNRECOGNIZED
                ? Integer.toString(request.getTopicValue()) : request.getTopic().name();
    }

    private static Subject named(SubscribeRequest request, @Nullable EventTopic topic) throws StatusException {
        var name = request.hasNamedSubject() ? request.getNamedSubject() : NamedSubject.newBuilder()
                .setKey(request.getKey()).setPeerName(request.getPeerName()).build();
        if (name.getKey().isEmpty()) {
            throw invalid("either WildcardSubject or NamedSubject.Key is required");
        }
        if (topic == ServiceListEvents.SERVICE_LIST) {
            throw invalid("topic ServiceList can only be consumed using WildcardSubject");
        }
        if (topic == null || !topic.hasNames()) {
            throw invalid("cannot construct subject for topic " + name(request));
        }
        // Only services come from peers; none does here, so that such a stream stays empty.
        boolean imported = HealthEvents.isHealth(topic) && !name.getPeerName().isEmpty();
        return new Subject.Named(Keys.lower(imported ? name.getPeerName() + "/" + name.getKey() : name.getKey()));
    }

    private static StatusException invalid(String text) {
        return Status.INVALID_ARGUMENT.withDescription(text).asException();
    }
}
