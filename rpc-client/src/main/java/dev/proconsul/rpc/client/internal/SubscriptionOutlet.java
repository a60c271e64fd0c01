package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.Watch.Update;
import dev.proconsul.rpc.client.WatchState;
import java.lang.System.Logger;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/// Tells a subscriber, who says how much he takes: while he takes nothing only the latest value waits for him.
///
/// @param <T> what is watched
public final class SubscriptionOutlet<T> extends Outlet<T> implements Flow.Subscription {
    private static final Logger LOG = System.getLogger(SubscriptionOutlet.class.getName());

    private final WatchBoard<T> board;
    private final Flow.Subscriber<? super Update<T>> subscriber;
    private final AtomicLong demand = new AtomicLong();
    private volatile boolean misused;
    private volatile boolean over;

    // Of whoever delivers.
    private long seen;
    private boolean begun;

    /// Makes an outlet.
    /// @param board      what to tell
    /// @param subscriber whom to tell
    public SubscriptionOutlet(WatchBoard<T> board, Flow.Subscriber<? super Update<T>> subscriber) {
        this.board = board;
        this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            misused = true;
        } else {
            demand.accumulateAndGet(n, SubscriptionOutlet::sum);
        }
        signal();
    }

    private static long sum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    @Override
    public void cancel() {
        over = true;
        board.remove(this);
    }

    @Override
    void deliver() {
        try {
            tell();
        } catch (RuntimeException e) {
            cancel();
            LOG.log(Logger.Level.WARNING, "a subscriber of a watch has failed, and is told nothing more", e);
        }
    }

    private void tell() {
        if (!begun) {
            begun = true;
            subscriber.onSubscribe(this);
        }
        if (over) {
            return;
        }
        if (misused) {
            cancel();
            subscriber.onError(new IllegalArgumentException("a subscriber must request more than zero"));
            return;
        }
        var face = board.face();
        var update = face.update();
        boolean news = update != null && face.version() > seen;
        if (news && demand.get() > 0) {
            seen = face.version();
            if (demand.get() != Long.MAX_VALUE) {
                demand.decrementAndGet();
            }
            subscriber.onNext(update);
            news = false;
        }
        if (!news && !over && face.state() instanceof WatchState.Ended ended) {
            over = true;
            ended.cause().ifPresentOrElse(subscriber::onError, subscriber::onComplete);
        }
    }
}
