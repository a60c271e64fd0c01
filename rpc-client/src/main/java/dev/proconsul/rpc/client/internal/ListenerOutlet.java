package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.WatchListener;
import dev.proconsul.rpc.client.WatchState;
import java.lang.System.Logger;

/// Tells a listener.
///
/// @param <T> what is watched
public final class ListenerOutlet<T> extends Outlet<T> {
    private static final Logger LOG = System.getLogger(ListenerOutlet.class.getName());

    private final WatchBoard<T> board;
    private final WatchListener<T> listener;

    // Of whoever delivers.
    private long seen;
    private WatchState told = new WatchState.Starting();

    /// Makes an outlet.
    /// @param board    what to tell
    /// @param listener whom to tell
    public ListenerOutlet(WatchBoard<T> board, WatchListener<T> listener) {
        this.board = board;
        this.listener = listener;
    }

    @Override
    void deliver() {
        var face = board.face();
        var update = face.update();
        if (update != null && face.version() > seen) {
            seen = face.version();
            guarded(() -> listener.changed(update));
        }
        if (!face.state().equals(told)) {
            told = face.state();
            guarded(() -> listener.stateChanged(face.state()));
        }
    }

    private static void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.log(Logger.Level.WARNING, "the listener of a watch has failed; the watch goes on", e);
        }
    }
}
