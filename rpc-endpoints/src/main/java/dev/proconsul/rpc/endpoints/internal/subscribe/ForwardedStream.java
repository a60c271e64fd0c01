package dev.proconsul.rpc.endpoints.internal.subscribe;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// A stream of another datacenter, passed on message by message as it comes, and only as fast as it is taken.
///
/// Threads: callbacks of the far side come one at a time, and they alone use the near side. [#resume] and [#cancel] are
/// for any.
final class ForwardedStream<Q> extends ClientCall.Listener<byte[]> {
    private final ServerCall<Q, byte[]> near;
    private final ClientCall<Q, byte[]> far;
    private final Consumer<Status> ended;
    private final AtomicBoolean paused = new AtomicBoolean();

    /// Opens the far side.
    /// @param near    the call to be answered
    /// @param channel to the server that answers it
    /// @param request what it is sent
    /// @param ended   told how it ended
    static <Q> ForwardedStream<Q> open(
            ServerCall<Q, byte[]> near, Channel channel, Q request, Consumer<Status> ended) {
        var far = channel.newCall(near.getMethodDescriptor(), CallOptions.DEFAULT);
        var stream = new ForwardedStream<>(near, far, ended);
        far.start(stream, new Metadata());
        far.request(1);
        far.sendMessage(request);
        far.halfClose();
        return stream;
    }

    private ForwardedStream(ServerCall<Q, byte[]> near, ClientCall<Q, byte[]> far, Consumer<Status> ended) {
        this.near = near;
        this.far = far;
        this.ended = ended;
    }

    @Override
    public void onHeaders(Metadata headers) {
        near.sendHeaders(new Metadata());
    }

    @Override
    public void onMessage(byte[] message) {
        near.sendMessage(message);
        paused.set(true);
        if (near.isReady()) {
            resume();
        }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        near.close(status, new Metadata());
        ended.accept(status);
    }

    /// The near side takes more.
    void resume() {
        if (paused.compareAndSet(true, false)) {
            far.request(1);
        }
    }

    /// The near side wants no more.
    void cancel() {
        far.cancel("the subscriber is gone", null);
    }
}
