package dev.proconsul.rpc.endpoints.internal.subscribe;

import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;

/// Makes a service whose methods stream events.
final class StreamServices {
    private final ServiceDescriptor service;
    private final Streams streams;
    private final List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();

    /// @param service what protoc has made of it
    /// @param streams what it runs on
    StreamServices(ServiceDescriptor service, Streams streams) {
        this.service = service;
        this.streams = streams;
    }

    /// Adds a method.
    /// @param method what protoc has made of it
    /// @param form   what its messages mean
    <Q> StreamServices add(MethodDescriptor<Q, ?> method, StreamForm<Q> form) {
        var encoded = method.toBuilder(method.getRequestMarshaller(), EncodedMessages.MARSHALLER).build();
        ServerCallHandler<Q, byte[]> handler = (call, _) -> new StreamCall<>(call, form, streams);
        methods.add(ServerMethodDefinition.create(encoded, handler));
        return this;
    }

    ServerServiceDefinition define() {
        var descriptor = ServiceDescriptor.newBuilder(service.getName())
                .setSchemaDescriptor(service.getSchemaDescriptor());
        methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        var definition = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(definition::addMethod);
        return definition.build();
    }
}
