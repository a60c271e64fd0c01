package dev.proconsul.rpc.endpoints.internal.grpc;

import dev.proconsul.rpc.endpoints.GrpcObserver;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/// Ends a call whose service fails by a fault, and keeps the details from the peer. A service that throws a status
/// means that status.
///
/// Source: Consul `agent/grpc-middleware/recovery.go`.
public final class FaultInterceptor implements ServerInterceptor {
    private static final Status FAULT = Status.INTERNAL.withDescription("grpc: panic serving request");

    private final GrpcObserver observer;

    /// Makes an interceptor.
    /// @param observer told of faults
    public FaultInterceptor(GrpcObserver observer) {
        this.observer = observer;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        try {
            return new Guarded<>(next.startCall(call, headers), call);
        } catch (RuntimeException | Error fault) {
            end(call, fault);
            return new ServerCall.Listener<>() {};
        }
    }

    private void end(ServerCall<?, ?> call, Throwable fault) {
        if (fault instanceof StatusRuntimeException status) {
            close(call, status.getStatus(), status.getTrailers());
            return;
        }
        observer.faulted(call.getMethodDescriptor().getFullMethodName(), fault);
        close(call, FAULT, null);
    }

    private static void close(ServerCall<?, ?> call, Status status, @Nullable Metadata trailers) {
        try {
            call.close(status, trailers == null ? new Metadata() : trailers);
        } catch (IllegalStateException e) {
            // The service had closed the call, and failed after that: the peer has its answer.
        }
    }

    /// Every step of a call runs under guard.
    private final class Guarded<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;

        Guarded(ServerCall.Listener<Q> delegate, ServerCall<Q, ?> call) {
            super(delegate);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            guard(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            guard(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guard(super::onReady);
        }

        @Override
        public void onCancel() {
            guard(super::onCancel);
        }

        @Override
        public void onComplete() {
            guard(super::onComplete);
        }

        private void guard(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException | Error fault) {
                end(call, fault);
            }
        }
    }
}
