package dev.proconsul.rpc.server.internal;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;

/// A gRPC service whose messages are bytes, made without generated code.
final class BytesService implements BindableService {
    static final MethodDescriptor<byte[], byte[]> ECHO = method("Echo", MethodType.UNARY);
    static final MethodDescriptor<byte[], byte[]> FAIL = method("Fail", MethodType.UNARY);
    static final MethodDescriptor<byte[], byte[]> WAIT = method("Wait", MethodType.UNARY);
    static final MethodDescriptor<byte[], byte[]> UPLOAD = method("Upload", MethodType.CLIENT_STREAMING);

    final CountDownLatch waiting = new CountDownLatch(1);
    final CountDownLatch mayGoOn = new CountDownLatch(1);

    static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
        return method("test.Bytes", name, type);
    }

    static MethodDescriptor<byte[], byte[]> method(String service, String name, MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
                .build();
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder("test.Bytes")
                .addMethod(ECHO, ServerCalls.asyncUnaryCall((request, answer) -> {
                    answer.onNext(request);
                    answer.onCompleted();
                }))
                .addMethod(FAIL, ServerCalls.asyncUnaryCall((_, _) -> {
                    throw new IllegalArgumentException("a secret of the server");
                }))
                .addMethod(WAIT, ServerCalls.asyncUnaryCall((request, answer) -> {
                    waiting.countDown();
                    try {
                        mayGoOn.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    answer.onNext(request);
                    answer.onCompleted();
                }))
                .addMethod(UPLOAD, (call, _) -> new io.grpc.ServerCall.Listener<>() {}) // asks for nothing
                .build();
    }

    /// Messages as they are.
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
