package dev.proconsul.rpc.endpoints.internal.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.proconsul.rpc.endpoints.internal.MessageBudget;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// gRPC calls tracers while it holds the lock of a connection. What a call has asked to be told of its end may want
/// another lock, whose holder waits for that one: nothing of it may run there.
final class InboundLimitTest {
    private final MessageBudget budget = new MessageBudget(1_000);
    private final ServerStreamTracer tracer =
            new InboundLimit(budget).newServerStreamTracer("service/Method", new Metadata());
    private final Context call = tracer.filterContext(Context.ROOT);
    private final CompletableFuture<Thread> told = new CompletableFuture<>();

    InboundLimitTest() {
        call.addListener(_ -> told.complete(Thread.currentThread()), Runnable::run);
    }

    @Test
    void tellsNobodyWhenAStreamEnds() throws Exception {
        tracer.inboundWireSize(1_000);
        tracer.streamClosed(Status.OK);
        assertFalse(told.isDone());
        budget.take(1_000); // all of it was given back
    }

    @Test
    void endsACallThatNeedsTooMuchOnAnotherThread() throws Exception {
        tracer.inboundWireSize(1_000);
        assertFalse(call.isCancelled());
        tracer.inboundWireSize(1);
        assertNotSame(Thread.currentThread(), told.get(10, TimeUnit.SECONDS));
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, Status.fromThrowable(call.cancellationCause()).getCode());
    }
}
