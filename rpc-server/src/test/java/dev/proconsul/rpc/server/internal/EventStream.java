package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.fail;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.proconsul.rpc.structs.proto.Event;
import dev.proconsul.rpc.structs.proto.StateChangeSubscriptionGrpc;
import dev.proconsul.rpc.structs.proto.SubscribeRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A subscription as a client sees it, message for message as bytes. Takes messages only as the test asks for them if
/// it is made so.
final class EventStream extends ClientCall.Listener<byte[]> implements AutoCloseable {
    private static final int PLENTY = 1 << 20;

    private enum Raw implements MethodDescriptor.Marshaller<byte[]> {
        BYTES;

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

    /// Consul's method, with bytes for messages.
    static final MethodDescriptor<byte[], byte[]> SUBSCRIBE =
            StateChangeSubscriptionGrpc.getSubscribeMethod().toBuilder(Raw.BYTES, Raw.BYTES).build();

    private final LinkedBlockingQueue<Object> received = new LinkedBlockingQueue<>();
    private final ClientCall<byte[], byte[]> call;

    private EventStream(Channel channel, MethodDescriptor<byte[], byte[]> method, byte[] request, int messages) {
        call = channel.newCall(method, CallOptions.DEFAULT);
        call.start(this, new Metadata());
        call.request(messages);
        call.sendMessage(request);
        call.halfClose();
    }

    static EventStream open(Channel channel, SubscribeRequest request) {
        return open(channel, request.toByteArray());
    }

    static EventStream open(Channel channel, byte[] request) {
        return new EventStream(channel, SUBSCRIBE, request, PLENTY);
    }

    static EventStream open(Channel channel, MethodDescriptor<byte[], byte[]> method, byte[] request) {
        return new EventStream(channel, method, request, PLENTY);
    }

    /// A subscriber that takes one message, and nothing more until it says so.
    static EventStream openIdle(Channel channel, SubscribeRequest request) {
        return new EventStream(channel, SUBSCRIBE, request.toByteArray(), 1);
    }

    void take(int messages) {
        call.request(messages);
    }

    @Override
    public void onMessage(byte[] message) {
        received.add(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        received.add(status);
    }

    private Object next() {
        try {
            var next = received.poll(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return next == null ? fail("nothing more comes") : next;
        } catch (InterruptedException e) {
            return fail("interrupted", e);
        }
    }

    byte[] bytes() {
        var next = next();
        return next instanceof byte[] message ? message : fail("the stream has ended: " + next);
    }

    Event event() {
        try {
            return Event.parseFrom(bytes());
        } catch (InvalidProtocolBufferException e) {
            return fail(e);
        }
    }

    Status status() {
        var next = next();
        return next instanceof Status status ? status : fail("another message: " + next);
    }

    /// What came before the end is passed over.
    Status statusAtLast() {
        var next = next();
        while (!(next instanceof Status)) {
            next = next();
        }
        return (Status) next;
    }

    void expectNothing() {
        if (!received.isEmpty()) {
            fail("something came: " + received);
        }
    }

    @Override
    public void close() {
        call.cancel("the test wants no more", null);
    }
}
