package dev.proconsul.rpc.endpoints.internal.grpc;

import dev.proconsul.rpc.endpoints.internal.MessageBudget;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Holds the requests of all calls together to one budget: a message counts while it arrives, and until the next one
/// of its call has arrived or the call has ended. The call that needs more than there is ends with a reset.
///
/// gRPC limits each message; what it does not limit is how many peers may leave how many messages unfinished.
public final class InboundLimit extends ServerStreamTracer.Factory {
    private final MessageBudget budget;

    /// Makes a limit.
    /// @param budget for all calls
    public InboundLimit(MessageBudget budget) {
        this.budget = budget;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        return new Tracer();
    }

    /// One call. The transport tells it of bytes on one thread at a time; its end may come on another.
    private final class Tracer extends ServerStreamTracer {
        private final Object lock = new Object();

        // Guarded by lock.
        private Context.@Nullable CancellableContext context;
        private long arriving;
        private long held;
        private boolean ended;

        @Override
        public Context filterContext(Context parent) {
            var cancellable = parent.withCancellation();
            synchronized (lock) {
                context = cancellable;
            }
            return cancellable;
        }

        @Override
        public void inboundWireSize(long bytes) {
            take(bytes);
        }

        @Override
        public void inboundUncompressedSize(long bytes) {
            take(bytes);
        }

        private void take(long bytes) {
            Context.CancellableContext tooMuch = null;
            synchronized (lock) {
                if (ended) {
                    return;
                }
                try {
                    budget.take(bytes);
                    arriving += bytes;
                } catch (IOException e) {
                    tooMuch = context;
                    context = null; // what comes until the reset is said would else start a thread each time
                }
            }
            if (tooMuch != null) {
                end(tooMuch);
            }
        }

        /// The transport holds its lock here, and whoever is told of the end may want others.
        private void end(Context.CancellableContext call) {
            Thread.ofVirtual().name("grpc refuse").start(() -> call.cancel(
                    Status.RESOURCE_EXHAUSTED.withDescription("too many unfinished messages").asException()));
        }

        @Override
        public void inboundMessageRead(int number, long wireSize, long uncompressedSize) {
            synchronized (lock) {
                budget.giveBack(held);
                held = arriving;
                arriving = 0;
            }
        }

        /// Ends no context: nothing was registered for it, as there is none to be cancelled above it, and its listeners
        /// must not run here, see [#end].
        @Override
        public void streamClosed(Status status) {
            synchronized (lock) {
                ended = true;
                budget.giveBack(held + arriving);
                held = 0;
                arriving = 0;
            }
        }
    }
}
