package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.client.GrpcChannels;
import dev.proconsul.rpc.structs.proto.NamedSubject;
import dev.proconsul.rpc.structs.proto.SubscribeRequest;
import dev.proconsul.rpc.structs.proto.Topic;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// Many calls that stream from the server, spread over channels so that no connection has more than servers take. What
/// comes is counted, and not looked at: the server is what is measured.
final class StreamCalls implements AutoCloseable {
    static final int STREAMS_OF_A_CHANNEL = 1_000;
    private static final Marshaller BYTES = new Marshaller();
    private static final MethodDescriptor<byte[], byte[]> SUBSCRIBE =
            method("subscribe.StateChangeSubscription/Subscribe");
    private static final MethodDescriptor<byte[], byte[]> WATCH_HEALTH = method("grpc.health.v1.Health/Watch");

    private final InetSocketAddress server;
    private final Dialer dialer;
    private final LongAdder messages = new LongAdder();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private int calls;

    StreamCalls(InetSocketAddress server, Dialer dialer) {
        this.server = server;
        this.dialer = dialer;
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder(BYTES, BYTES)
                .setType(MethodType.SERVER_STREAMING).setFullMethodName(name).build();
    }

    /// Subscribes to the health of a service.
    void subscribe(String service) {
        start(SUBSCRIBE, SubscribeRequest.newBuilder().setTopic(Topic.ServiceHealth)
                .setNamedSubject(NamedSubject.newBuilder().setKey(service)).build().toByteArray());
    }

    /// A call that stays open and for which the server holds next to nothing.
    void hold() {
        start(WATCH_HEALTH, new byte[0]);
    }

    private void start(MethodDescriptor<byte[], byte[]> method, byte[] request) {
        if (calls++ % STREAMS_OF_A_CHANNEL == 0) {
            channels.add(GrpcChannels.open(server, dialer, Duration.ofSeconds(10)));
        }
        var call = channels.getLast().newCall(method, CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
                messages.increment();
                call.request(1);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                if (status.getCode() != Status.Code.UNAVAILABLE && status.getCode() != Status.Code.CANCELLED) {
                    System.err.println("bench: a stream has ended: " + status);
                }
            }
        }, new Metadata());
        call.request(64);
        call.sendMessage(request);
        call.halfClose();
    }

    long messages() {
        return messages.sum();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        channels.clear();
    }

    /// Messages as they are.
    private static final class Marshaller implements MethodDescriptor.Marshaller<byte[]> {
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
