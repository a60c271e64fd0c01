package dev.proconsul.rpc.endpoints.internal.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Limits how many calls may stream requests at a time: what such a call has sent and its service has not asked for
/// waits in memory. Calls with a single request are not counted. Any thread.
public final class UploadLimit implements ServerInterceptor {
    private final int maximum;
    private final AtomicInteger open = new AtomicInteger();

    /// Makes a limit.
    /// @param maximum calls at a time
    public UploadLimit(int maximum) {
        this.maximum = maximum;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (call.getMethodDescriptor().getType().clientSendsOneMessage()) {
            return next.startCall(call, headers);
        }
        if (open.incrementAndGet() > maximum) {
            open.decrementAndGet();
            call.close(Status.RESOURCE_EXHAUSTED.withDescription(
                    "this server has " + maximum + " calls that stream requests, and takes no more"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        try {
            return new Counted<>(next.startCall(call, headers));
        } catch (RuntimeException | Error e) {
            open.decrementAndGet();
            throw e;
        }
    }

    /// A call that streams requests, until it ends in one way or the other.
    private final class Counted<Q> extends SimpleForwardingServerCallListener<Q> {
        private final AtomicBoolean ended = new AtomicBoolean();

        Counted(ServerCall.Listener<Q> delegate) {
            super(delegate);
        }

        @Override
        public void onComplete() {
            end();
            super.onComplete();
        }

        @Override
        public void onCancel() {
            end();
            super.onCancel();
        }

        private void end() {
            if (ended.compareAndSet(false, true)) {
                open.decrementAndGet();
            }
        }
    }
}
