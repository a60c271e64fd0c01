package dev.proconsul.rpc.endpoints.internal.mesh;

import static java.lang.System.Logger.Level.DEBUG;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.state.Version;
import dev.proconsul.rpc.endpoints.internal.state.WatchSet;
import dev.proconsul.rpc.endpoints.internal.tables.CaRootTable;
import dev.proconsul.rpc.structs.CARoot;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

/// Tells somebody in this process of the mesh's roots, and of each change.
///
/// Threads: one of its own, on which the listener is called, except for the first time. Whoever starts it closes it.
public final class RootFollower implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("agent.server.connect");
    private static final long LONG = TimeUnit.DAYS.toNanos(1);

    private final Host host;
    private final Consumer<List<String>> listener;
    private final Thread thread;

    private RootFollower(Host host, Consumer<List<String>> listener) {
        this.host = host;
        this.listener = listener;
        var reads = host.store().watch();
        var seen = tell(reads);
        thread = Thread.ofVirtual().name("roots of the mesh").start(() -> follow(reads, seen));
    }

    /// Tells of the roots that are there now, and then of changes.
    /// @param host      where they are; if it leads, and there is no authority yet, it makes one first
    /// @param authority of the mesh
    /// @param listener  told of all roots, each as PEM text
    /// @return the follower, to be closed by the caller
    /// @throws InterruptedException when the caller was interrupted
    public static RootFollower start(Host host, MeshAuthority authority, Consumer<List<String>> listener)
            throws InterruptedException {
        try {
            authority.ensure();
        } catch (RpcException e) {
            LOG.log(DEBUG, () -> "no authority yet: " + e.getMessage());
        }
        return new RootFollower(host, listener);
    }

    private Version tell(WatchSet reads) {
        var view = host.store().view(reads);
        view.entry(CaRootTable.TABLE);
        var rows = view.unwatched().all(CaRootTable.TABLE);
        listener.accept(StreamSupport.stream(rows.spliterator(), false).map(CARoot::rootCert).toList());
        return view.version();
    }

    private void follow(WatchSet first, Version told) {
        var reads = first;
        var seen = told;
        try {
            while (true) {
                if (reads.await(seen, host.store().nanoTime() + LONG)) {
                    reads = host.store().watch();
                    seen = tell(reads);
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
