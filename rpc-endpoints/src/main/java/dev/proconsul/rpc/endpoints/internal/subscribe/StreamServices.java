package dev.proconsul.rpc.endpoints.internal.subscribe;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import java.util.ArrayList;
import java.util.List;

/// Makes a service whose methods stream events.
final class StreamServices {
    private final ServiceDescriptor service;
    private final FileDescriptor file;
    private final Streams streams;
    private final Elsewhere elsewhere;
    private final List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();

    /// @param service what protoc has made of it
    /// @param file    describes it, for those who ask reflection
    /// @param streams what it runs on
    /// @param elsewhere streams of other datacenters
    StreamServices(ServiceDescriptor service, FileDescriptor file, Streams streams, Elsewhere elsewhere) {
        this.service = service;
        this.file = file;
        this.streams = streams;
        this.elsewhere = elsewhere;
    }

    /// Adds a method.
    /// @param method what protoc has made of it
    /// @param form   what its messages mean
    <Q extends MessageLite> StreamServices add(MethodDescriptor<Q, ?> method, StreamForm<Q> form) {
        var encoded = method.toBuilder(method.getRequestMarshaller(), EncodedMessages.MARSHALLER).build();
        ServerCallHandler<Q, byte[]> handler = (call, _) -> new StreamCall<>(call, form, streams, elsewhere);
        methods.add(ServerMethodDefinition.create(encoded, handler));
        return this;
    }

    ServerServiceDefinition define() {
        var descriptor = ServiceDescriptor.newBuilder(service.getName())
                .setSchemaDescriptor((ProtoFileDescriptorSupplier) () -> file);
        methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        var definition = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(definition::addMethod);
        return definition.build();
    }
}
