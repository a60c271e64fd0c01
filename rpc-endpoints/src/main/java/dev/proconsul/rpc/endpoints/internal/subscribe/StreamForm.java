package dev.proconsul.rpc.endpoints.internal.subscribe;

import com.google.protobuf.MessageLite;
import dev.proconsul.rpc.endpoints.internal.events.Delivery;
import dev.proconsul.rpc.endpoints.internal.events.Interest;
import io.grpc.StatusException;

/// What the requests and messages of one service mean.
///
/// @param <Q> its request
interface StreamForm<Q extends MessageLite> {
    /// {@return the datacenter that a request is for; empty for here}
    /// @param request any
    String datacenter(Q request);

    /// {@return the secret of the caller's token; empty for the anonymous one}
    /// @param request any
    String token(Q request);

    /// {@return a request for a datacenter where its token means nothing}
    /// @param request any
    Q withoutToken(Q request);

    /// {@return what a request subscribes to}
    /// @param request any
    /// @throws StatusException when it subscribes to nothing
    Interest interest(Q request) throws StatusException;

    /// {@return a step as the message of this service}
    /// @param delivery any
    byte[] message(Delivery delivery);
}
