package dev.proconsul.rpc.bench;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// The gRPC service that is measured: bytes there and back, and bytes without end.
final class GrpcBytes implements BindableService {
    static final int MESSAGE_BYTES = 128;
    static final MethodDescriptor<byte[], byte[]> ECHO = method("Echo", MethodType.UNARY);
    static final MethodDescriptor<byte[], byte[]> DOWNLOAD = method("Download", MethodType.SERVER_STREAMING);

    private static final int STREAMED_BYTES = 1_024;

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder(new Raw(), new Raw())
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName("bench.Bytes", name))
                .build();
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder("bench.Bytes")
                .addMethod(ECHO, ServerCalls.asyncUnaryCall((request, answer) -> {
                    answer.onNext(request);
                    answer.onCompleted();
                }))
                .addMethod(DOWNLOAD, ServerCalls.asyncServerStreamingCall((_, answer) -> download(answer)))
                .build();
    }

    /// Sends whenever there is room, until the caller has enough.
    private static void download(StreamObserver<byte[]> answer) {
        var message = new byte[STREAMED_BYTES];
        var stream = (ServerCallStreamObserver<byte[]>) answer;
        stream.setOnCancelHandler(() -> {});
        stream.setOnReadyHandler(() -> {
            while (stream.isReady() && !stream.isCancelled()) {
                stream.onNext(message);
            }
        });
    }

    /// Messages as they are.
    private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
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
