package dev.proconsul.rpc.client.internal.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.internal.WatchTime;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeService;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A server that streams what a test says, and a clock that does not make anybody wait.
final class ScriptedStreams implements EventStream.Opener, WatchTime {
    private final BlockingQueue<Object> steps = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> opened = new LinkedBlockingQueue<>();
    private final BlockingQueue<Boolean> closed = new LinkedBlockingQueue<>();
    final BlockingQueue<Duration> pauses = new LinkedBlockingQueue<>();
    volatile double chance;

    /// A server takes a subscription, which says something.
    ScriptedStreams says(ViewEvent... events) {
        steps.addAll(List.of(events));
        return this;
    }

    /// The stream ends, or is not opened.
    ScriptedStreams ends(StreamEnd.Reason reason) {
        return ends(reason, new CallException.MaybeExecuted(reason.name(), new IOException()));
    }

    ScriptedStreams ends(StreamEnd.Reason reason, CallException failure) {
        steps.add(new StreamEnd(reason, failure));
        return this;
    }

    /// With which index a stream was opened, once it is.
    void expectOpened(long index) throws InterruptedException {
        assertEquals(index, opened.poll(10, TimeUnit.SECONDS));
    }

    void expectClosed() throws InterruptedException {
        assertNotNull(closed.poll(10, TimeUnit.SECONDS));
    }

    boolean isIdle() {
        return opened.isEmpty() && steps.isEmpty();
    }

    @Override
    public EventStream open(long index) {
        opened.add(index);
        return new EventStream() {
            @Override
            public ViewEvent next() throws StreamEnd, InterruptedException {
                var step = steps.take();
                if (step instanceof StreamEnd end) {
                    throw end;
                }
                return (ViewEvent) step;
            }

            @Override
            public void close() {
                closed.add(true);
            }
        };
    }

    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public void sleep(Duration time) {
        pauses.add(time);
    }

    @Override
    public double chance() {
        return chance;
    }

    static CheckServiceNode instance(String node, String id, String status) {
        return new CheckServiceNode(Node.ZERO.withNode(node).withAddress("10.0.0.1"),
                NodeService.ZERO.withId(id).withService("web"),
                List.of(HealthCheck.ZERO.withNode(node).withCheckID("c").withStatus(status)));
    }

    static ViewEvent.Instance there(String node, String id) {
        return new ViewEvent.Instance(false, instance(node, id, "passing"));
    }

    static ViewEvent.Instance critical(String node, String id) {
        return new ViewEvent.Instance(false, instance(node, id, "critical"));
    }

    /// As Consul says it: of the node there is the name only, and there are no checks.
    static ViewEvent.Instance gone(String node, String id) {
        return new ViewEvent.Instance(true, new CheckServiceNode(Node.ZERO.withNode(node),
                NodeService.ZERO.withId(id).withService("web"), List.of()));
    }

    static ViewEvent changes(long index, ViewEvent.Change... changes) {
        return new ViewEvent.Changes(index, List.of(changes));
    }

    static ViewEvent end(long index) {
        return new ViewEvent.EndOfSnapshot(index);
    }

    static ViewEvent newSnapshot() {
        return new ViewEvent.NewSnapshotToFollow();
    }

    /// In short: index, and node/id of each instance.
    static String text(MaterializedView.Face<List<CheckServiceNode>> face) {
        var result = face.result();
        return result == null ? "nothing" : result.index() + result.value().stream()
                .map(instance -> " " + instance.node().node() + "/" + instance.service().id())
                .collect(Collectors.joining());
    }
}
