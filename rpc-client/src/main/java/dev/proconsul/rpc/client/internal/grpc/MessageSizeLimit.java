package dev.proconsul.rpc.client.internal.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;

/// Refuses to send what is too large, unless the call says otherwise. Any thread.
///
/// @param bytes of a message
public record MessageSizeLimit(int bytes) implements ClientInterceptor {
    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
            MethodDescriptor<Q, R> method, CallOptions callOptions, Channel next) {
        var options = callOptions.getMaxOutboundMessageSize() == null
                ? callOptions.withMaxOutboundMessageSize(bytes)
                : callOptions;
        return next.newCall(method, options);
    }
}
