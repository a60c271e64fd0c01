package dev.proconsul.rpc.server.internal;

import io.grpc.CallOptions;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.SocketFactory;

/// A stock gRPC client, over whatever channel it is given.
final class GrpcClient implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    final ManagedChannel channel;

    GrpcClient(ManagedChannel channel) {
        this.channel = channel;
    }

    /// gRPC-Java as everybody uses it: knows nothing of type bytes.
    static GrpcClient plain(InetSocketAddress address) {
        return new GrpcClient(OkHttpChannelBuilder.forAddress(address.getAddress().getHostAddress(), address.getPort(),
                InsecureChannelCredentials.create()).build());
    }

    /// Announces itself by the type byte, and tries everything once.
    static GrpcClient once(InetSocketAddress address) {
        return new GrpcClient(OkHttpChannelBuilder.forAddress(address.getAddress().getHostAddress(), address.getPort(),
                InsecureChannelCredentials.create()).socketFactory(new TypeByteFirst()).disableRetry().build());
    }

    private static final class TypeByteFirst extends SocketFactory {
        private static Socket announced(Socket socket) throws IOException {
            socket.getOutputStream().write(8);
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return announced(new Socket(host, port));
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return announced(new Socket(host, port));
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return announced(new Socket(host, port, local, localPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return announced(new Socket(host, port, local, localPort));
        }
    }

    ServingStatus health(String service) {
        return HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder().setService(service).build()).getStatus();
    }

    /// The services that reflection lists.
    List<String> services() throws InterruptedException {
        return ask(ServerReflectionRequest.newBuilder().setListServices("*").build())
                .getListServicesResponse().getServiceList().stream().map(service -> service.getName()).sorted().toList();
    }

    ServerReflectionResponse ask(ServerReflectionRequest question) throws InterruptedException {
        var answer = new CompletableFuture<ServerReflectionResponse>();
        var requests = ServerReflectionGrpc.newStub(channel)
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .serverReflectionInfo(first(answer));
        requests.onNext(question);
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer from reflection", e);
        } finally {
            requests.onCompleted();
        }
    }

    /// The same of the older reflection, which many tools ask first.
    @SuppressWarnings("deprecation")
    List<String> servicesOfOlderReflection() throws InterruptedException {
        var answer = new CompletableFuture<io.grpc.reflection.v1alpha.ServerReflectionResponse>();
        var requests = io.grpc.reflection.v1alpha.ServerReflectionGrpc.newStub(channel)
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .serverReflectionInfo(first(answer));
        requests.onNext(io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder().setListServices("*").build());
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getListServicesResponse().getServiceList().stream()
                    .map(service -> service.getName()).sorted().toList();
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer from reflection", e);
        } finally {
            requests.onCompleted();
        }
    }

    static <T> StreamObserver<T> first(CompletableFuture<T> value) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T message) {
                value.complete(message);
            }

            @Override
            public void onError(Throwable error) {
                value.completeExceptionally(error);
            }

            @Override
            public void onCompleted() {
                value.completeExceptionally(new AssertionError("completed without a message"));
            }
        };
    }

    /// A unary call whose messages are bytes.
    byte[] call(MethodDescriptor<byte[], byte[]> method, byte[] request) {
        return ClientCalls.blockingUnaryCall(channel, method,
                CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS), request);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            if (!channel.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the channel does not end");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
