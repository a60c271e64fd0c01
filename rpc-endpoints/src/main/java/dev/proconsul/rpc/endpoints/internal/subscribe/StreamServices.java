package dev.proconsul.rpc.endpoints.internal.subscribe;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;

/// Makes services whose methods stream events.
final class StreamServices {
    private StreamServices() {}

    /// A service with one method.
    static <Q> ServerServiceDefinition define(
            ServiceDescriptor service, MethodDescriptor<Q, ?> method, StreamForm<Q> form, Streams streams) {
        var encoded = method.toBuilder(method.getRequestMarshaller(), EncodedMessages.MARSHALLER).build();
        var descriptor = ServiceDescriptor.newBuilder(service.getName())
                .setSchemaDescriptor(service.getSchemaDescriptor())
                .addMethod(encoded)
                .build();
        return ServerServiceDefinition.builder(descriptor)
                .addMethod(encoded, (call, _) -> new StreamCall<>(call, form, streams))
                .build();
    }
}
