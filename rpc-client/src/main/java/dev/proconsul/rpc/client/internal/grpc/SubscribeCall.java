package dev.proconsul.rpc.client.internal.grpc;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.internal.view.EventStream;
import dev.proconsul.rpc.client.internal.view.StreamEnd;
import dev.proconsul.rpc.client.internal.view.ViewEvent;
import dev.proconsul.rpc.structs.proto.Event;
import dev.proconsul.rpc.structs.proto.StateChangeSubscriptionGrpc;
import dev.proconsul.rpc.structs.proto.SubscribeRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A subscription as a call of gRPC. At most so many events wait here as were requested; further ones wait at the server.
final class SubscribeCall implements EventStream {
    private static final int REQUESTED = 16;
    /// A stream that has not failed for so long was taken; Consul's servers say nothing before there is an event.
    private static final Duration TAKEN = Duration.ofSeconds(5);
    /// For the first word of a snapshot.
    private static final Duration FIRST_WORD = Duration.ofSeconds(15);

    private final ClientCall<SubscribeRequest, Event> call;
    private final String what;
    private final boolean fromNothing;
    private final Runnable closing;
    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private boolean heard;
    private boolean closed;

    private sealed interface Step {}

    private record Taken() implements Step {}

    private record Said(Event event) implements Step {}

    private record Ended(Status status) implements Step {}

    private SubscribeCall(
            ClientCall<SubscribeRequest, Event> call, String what, boolean fromNothing, Runnable closing) {
        this.call = call;
        this.what = what;
        this.fromNothing = fromNothing;
        this.closing = closing;
    }

    /// @param what    for a person
    /// @param closing run once when this is closed
    static SubscribeCall open(ManagedChannel channel, SubscribeRequest request, String what, Runnable closing) {
        channel.resetConnectBackoff(); // whoever opens has waited already
        var call = channel.newCall(StateChangeSubscriptionGrpc.getSubscribeMethod(), CallOptions.DEFAULT);
        var stream = new SubscribeCall(call, what, request.getIndex() == 0, closing);
        call.start(stream.new Listener(), new Metadata());
        call.request(REQUESTED);
        call.sendMessage(request);
        call.halfClose();
        return stream;
    }

    private final class Listener extends ClientCall.Listener<Event> {
        @Override
        public void onHeaders(Metadata headers) {
            steps.add(new Taken());
        }

        @Override
        public void onMessage(Event event) {
            steps.add(new Said(event));
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            steps.add(new Ended(status));
        }
    }

    @Override
    public ViewEvent next() throws StreamEnd, InterruptedException {
        var step = heard ? steps.take()
                : steps.poll((fromNothing ? FIRST_WORD : TAKEN).toMillis(), TimeUnit.MILLISECONDS);
        if (step == null && fromNothing) {
            throw new StreamEnd(StreamEnd.Reason.UNREACHABLE, new CallException.MaybeExecuted(
                    what + ": no answer within " + FIRST_WORD.toSeconds() + " s", new java.io.IOException("no answer")));
        }
        boolean first = !heard;
        heard = true;
        return switch (step) {
            case null -> new ViewEvent.Accepted();
            case Taken _ -> new ViewEvent.Accepted();
            case Said(var event) -> {
                call.request(1);
                yield EventReader.read(event);
            }
            case Ended(var status) -> throw end(status, first);
        };
    }

    private StreamEnd end(Status status, boolean first) {
        return switch (status.getCode()) {
            case ABORTED -> new StreamEnd(StreamEnd.Reason.RESET, refused(status));
            case UNIMPLEMENTED -> new StreamEnd(StreamEnd.Reason.NOT_OFFERED, refused(status));
            case UNAVAILABLE -> new StreamEnd(first ? StreamEnd.Reason.UNREACHABLE : StreamEnd.Reason.BROKEN,
                    lost(status));
            case OK, CANCELLED, INTERNAL, DATA_LOSS -> new StreamEnd(StreamEnd.Reason.BROKEN, lost(status));
            case UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED,
                    RESOURCE_EXHAUSTED, FAILED_PRECONDITION, OUT_OF_RANGE, UNAUTHENTICATED ->
                new StreamEnd(StreamEnd.Reason.BROKEN, refused(status));
        };
    }

    private CallException refused(Status status) {
        var text = status.getDescription();
        return new CallException.Refused(what, text == null ? status.getCode().name() : text);
    }

    private CallException lost(Status status) {
        return new CallException.MaybeExecuted(what + " was lost: " + status.getCode()
                + (status.getDescription() == null ? "" : ": " + status.getDescription()), status.asException());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            call.cancel("not wanted any more", null);
            closing.run();
        }
    }
}
