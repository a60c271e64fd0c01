package dev.proconsul.rpc.endpoints.internal.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/// Counts calls, under the names that Consul uses. Any thread.
///
/// Source: Consul `agent/grpc-middleware/stats.go`.
public final class CallCounter implements ServerInterceptor {
    private final LongAdder requests = new LongAdder();
    private final LongAdder streams = new LongAdder();
    private final LongAdder streamsOpen = new LongAdder();
    private final LongAdder unaryOpen = new LongAdder();

    /// Makes a counter.
    public CallCounter() {}

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        requests.increment();
        boolean unary = call.getMethodDescriptor().getType() == MethodType.UNARY;
        var open = unary ? unaryOpen : streamsOpen;
        if (!unary) {
            streams.increment();
        }
        open.increment();
        try {
            return new Counted<>(next.startCall(call, headers), open);
        } catch (RuntimeException | Error e) {
            open.decrement();
            throw e;
        }
    }

    /// {@return how many calls with one request and one reply are open}
    public long unaryInFlight() {
        return unaryOpen.sum();
    }

    /// {@return counters and gauges by name}
    public Map<String, Long> snapshot() {
        var all = new TreeMap<String, Long>();
        all.put("grpc.server.request.count", requests.sum());
        all.put("grpc.server.stream.count", streams.sum());
        all.put("grpc.server.streams", streamsOpen.sum());
        return all;
    }

    /// A call that is still open. Exactly one of the two ends comes.
    private static final class Counted<Q> extends SimpleForwardingServerCallListener<Q> {
        private final LongAdder open;
        private final AtomicBoolean ended = new AtomicBoolean();

        Counted(ServerCall.Listener<Q> delegate, LongAdder open) {
            super(delegate);
            this.open = open;
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
                open.decrement();
            }
        }
    }
}
