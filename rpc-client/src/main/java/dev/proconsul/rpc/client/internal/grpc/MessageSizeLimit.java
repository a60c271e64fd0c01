package dev.proconsul.rpc.client.internal.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;

/// Refuses to send what is too large: the caller gets `RESOURCE_EXHAUSTED`, and its call is cancelled. Any thread.
///
/// gRPC's own limit is no help: a call that still waits for its connection would never hear of it.
///
/// @param bytes of a message
public record MessageSizeLimit(int bytes) implements ClientInterceptor {
    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
            MethodDescriptor<Q, R> method, CallOptions callOptions, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, callOptions)) {
            @Override
            public void sendMessage(Q message) {
                int size = sizeOf(method, message);
                if (size > bytes) {
                    var refusal = Status.RESOURCE_EXHAUSTED.withDescription(
                            "trying to send message larger than max (" + size + " vs. " + bytes + ")");
                    cancel(refusal.getDescription(), null);
                    throw refusal.asRuntimeException();
                }
                super.sendMessage(message);
            }
        };
    }

    /// What a marshaller gives knows its length; for Protobuf this costs what sending would have cost anyway.
    private static <Q> int sizeOf(MethodDescriptor<Q, ?> method, Q message) {
        try (var in = method.streamRequest(message)) {
            return in.available();
        } catch (IOException e) {
            return 0; // sending it will say what is wrong
        }
    }
}
