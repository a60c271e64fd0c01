package dev.proconsul.rpc.endpoints.internal.subscribe;

import com.google.protobuf.MessageLite;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.events.Delivery;
import dev.proconsul.rpc.endpoints.internal.events.Ending;
import dev.proconsul.rpc.endpoints.internal.events.Subscription;
import dev.proconsul.rpc.endpoints.internal.events.TooManySubscriptions;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One call that streams events.
///
/// No thread waits for it. When there may be something to send, because of an event or because the peer has taken what
/// was sent, it gets in its lane, and at its turn sends as much as the peer's flow control lets through.
///
/// ```
///   request ──► subscribe ──► send what there is ──► idle ──┬── signal: an event, an end ──► send …
///                                                           ├── onReady: the peer reads ───► send …
///                                                           └── onCancel ──────────────────► unsubscribe
/// ```
///
/// Threads: callbacks of gRPC come one at a time; `work` lets one thread send at a time.
final class StreamCall<Q extends MessageLite> extends ServerCall.Listener<Q> {
    private static final Logger LOG = System.getLogger("agent.server.subscribe");

    /// Bytes of a request: its names and its token are kept as long as its stream lasts, and there may be many.
    private static final int LARGEST_REQUEST = 4_096;

    /// Bytes after which others get their turn: how much flow control lets through is the peer's choice.
    private static final int TURN_BYTES = 64 << 10;
    /// Bytes of a message that every client of gRPC takes, whose limit is this one unless it is told another.
    private static final int LARGEST_MESSAGE = 4 << 20;

    private final ServerCall<Q, byte[]> call;
    private final StreamForm<Q> form;
    private final Streams streams;
    private final Elsewhere elsewhere;
    private final Lane lane;
    /// How often there was something to look at since the sending thread last looked. Begins with one: it is the
    /// beginning itself that looks first.
    private final AtomicInteger work = new AtomicInteger(1);
    private @Nullable Q request;
    /// At most one of the two: events of this server, or of another datacenter.
    private volatile @Nullable Open open;
    private volatile @Nullable ForwardedStream<Q> forwarded;
    private volatile boolean cancelled;
    private boolean closed; // by the thread that sends

    private record Open(Subscription subscription, Authorizer caller, String token) {}

    StreamCall(ServerCall<Q, byte[]> call, StreamForm<Q> form, Streams streams, Elsewhere elsewhere) {
        this.call = call;
        this.form = form;
        this.streams = streams;
        this.elsewhere = elsewhere;
        lane = streams.lanes().of(call.getAttributes());
        streams.open().incrementAndGet();
        call.request(2); // the request, and what must not follow
    }

    @Override
    public void onMessage(Q message) {
        if (request != null) {
            call.close(Status.INTERNAL.withDescription("Too many requests"), new Metadata());
            closed = true;
        } else if (message.getSerializedSize() > LARGEST_REQUEST) {
            end(Status.INVALID_ARGUMENT.withDescription("a request of " + message.getSerializedSize()
                    + " bytes, expected at most " + LARGEST_REQUEST));
        } else {
            request = message;
        }
    }

    @Override
    public void onHalfClose() {
        var sent = request;
        if (closed) {
            return;
        }
        if (sent == null) {
            end(Status.INTERNAL.withDescription("Half-closed without a request"));
            return;
        }
        try {
            var server = elsewhere.server(form.datacenter(sent));
            if (server.isPresent()) {
                forward(sent, server.get());
                return;
            }
            begin(sent);
        } catch (StatusException refused) {
            end(refused.getStatus());
            return;
        } catch (TooManySubscriptions refused) {
            end(Status.RESOURCE_EXHAUSTED.withDescription(refused.getMessage()));
            return;
        } catch (RpcException refused) {
            end(Status.UNKNOWN.withDescription(refused.getMessage()));
            return;
        }
        call.sendHeaders(new Metadata());
        send();
    }

    private void forward(Q sent, ServerInfo server) throws RpcException {
        var request = streams.tokens().isLocal(form.token(sent)) ? form.withoutToken(sent) : sent;
        var stream = ForwardedStream.open(call, elsewhere.channel(server), request,
                status -> elsewhere.ended(server, status));
        forwarded = stream;
        if (cancelled) {
            stream.cancel();
        }
    }

    private void begin(Q sent) throws StatusException, RpcException {
        var token = form.token(sent);
        var caller = streams.tokens().resolve(token);
        var subscription = streams.publisher().subscribe(form.interest(sent), this::signal);
        open = new Open(subscription, caller, token);
        if (cancelled) {
            subscription.close();
        }
    }

    @Override
    public void onReady() {
        var stream = forwarded;
        if (stream == null) {
            signal();
        } else {
            stream.resume();
        }
    }

    @Override
    public void onComplete() {
        streams.open().decrementAndGet();
    }

    @Override
    public void onCancel() {
        streams.open().decrementAndGet();
        cancelled = true;
        var opened = open;
        if (opened != null) {
            opened.subscription().close();
        }
        var stream = forwarded;
        if (stream != null) {
            stream.cancel();
        }
    }

    private void signal() {
        if (work.getAndIncrement() == 0) {
            lane.add(this::send);
        }
    }

    /// One turn. If there is more to do, now or by then, another follows, behind the other streams of the lane.
    private void send() {
        int seen = work.get();
        try {
            sendWhatThereIs();
        } catch (RuntimeException | Error fault) {
            LOG.log(Level.ERROR, () -> call.getMethodDescriptor().getFullMethodName()
                    + " failed by a fault of this server", fault);
            end(Status.INTERNAL.withDescription("grpc: panic serving request"));
        }
        if (work.addAndGet(-seen) != 0) {
            lane.add(this::send);
        }
    }

    private void sendWhatThereIs() {
        var opened = open;
        if (opened == null || closed) {
            return;
        }
        int bytes = 0;
        while (call.isReady() && !closed) {
            if (bytes >= TURN_BYTES) {
                work.incrementAndGet();
                return;
            }
            var next = opened.subscription().poll();
            if (next == null) {
                break;
            }
            var visible = next.visibleTo(opened.caller());
            if (visible != null) {
                bytes += send(visible, opened.token());
            }
        }
        opened.subscription().ending().ifPresent(reason -> end(status(reason, opened.token())));
    }

    /// In as many messages as it takes. A change that may not be divided ends the stream: the snapshot that the peer
    /// then asks for says the same. What is one event only is sent as it is, whatever its size.
    /// @return how many bytes they have
    private int send(Delivery step, String token) {
        var message = form.message(step);
        if (message.length <= LARGEST_MESSAGE || !(step instanceof Delivery.Changes changes)
                || changes.payloads().size() == 1) {
            call.sendMessage(message);
            return message.length;
        }
        var halves = changes.halves();
        if (halves.isEmpty()) {
            end(status(Ending.RESET, token));
        }
        return halves.stream().mapToInt(half -> send(half, token)).sum();
    }

    private Status status(Ending reason, String token) {
        return switch (reason) {
            case RESET -> Status.ABORTED.withDescription(reason.text());
            case ACL_CHANGE -> afterAclChange(token, reason);
            case SHUTDOWN -> Status.UNKNOWN.withDescription(reason.text());
            case TOO_SLOW -> Status.RESOURCE_EXHAUSTED.withDescription(reason.text());
            case UNSUBSCRIBED -> Status.CANCELLED.withDescription(reason.text());
        };
    }

    private Status afterAclChange(String token, Ending reason) {
        try {
            streams.tokens().resolve(token);
            return Status.ABORTED.withDescription(reason.text());
        } catch (RpcException gone) {
            return Status.UNKNOWN.withDescription(gone.getMessage());
        }
    }

    private void end(Status status) {
        var opened = open;
        if (opened != null) {
            opened.subscription().close();
        }
        if (!closed) {
            closed = true;
            call.close(status, new Metadata());
        }
    }
}
