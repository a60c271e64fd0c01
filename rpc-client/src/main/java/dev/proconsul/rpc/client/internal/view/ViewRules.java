package dev.proconsul.rpc.client.internal.view;

import dev.proconsul.rpc.client.WatchOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What the steps of a stream mean for a view, and when a stream that has ended is opened anew: without thread, clock or
/// connection. For one thread at a time.
///
/// ```
///   open ─┬─ nothing known ──► Collecting ── EndOfSnapshot ─────────────► Following ◄─┐ changes
///         │                        ▲                                          └───────┘
///         └─ up to an index ─► Resuming ── NewSnapshotToFollow: forget ──► Collecting
///                                  └────── changes ──────────────────────► Following
/// ```
///
/// | the stream ended | the view | told to who waits | next attempt |
/// |---|---|---|---|
/// | reset by the server, after an update | begins anew | no | at once |
/// | otherwise, after an update | is kept, and resumed | yes | at once |
/// | again, without an update since | the same | yes | after 200 to 400 ms, 400 to 800 ms … at most 120 s |
///
/// What does not fit makes the view begin anew, as its state cannot be trusted.
///
/// Source: Consul `agent/submatview/materializer.go`, `handler.go`.
///
/// @param <T> the value of the view
public final class ViewRules<T> {
    private static final int MOST_DOUBLINGS = 30;
    /// Of a snapshot. Consul bounds nothing here; a server that streams without end must not fill the memory.
    private static final int MOST_COLLECTED = 1_000_000;

    private final View<T> view;
    private final WatchOptions options;
    private final int mostCollected;
    private Stage stage = new Following();
    private long index;
    private int failures;

    /// What to do after the end of a stream.
    ///
    /// @param failures how many streams in a row brought nothing, with this one
    /// @param told     whether those who wait hear of it
    /// @param pause    before the next attempt
    public record Retry(int failures, boolean told, Duration pause) {}

    private sealed interface Stage {}

    private record Collecting(List<ViewEvent.Change> changes) implements Stage {}

    private record Resuming() implements Stage {}

    private record Following() implements Stage {}

    /// Rules of a view that knows nothing yet.
    /// @param view    empty
    /// @param options pauses
    public ViewRules(View<T> view, WatchOptions options) {
        this(view, options, MOST_COLLECTED);
    }

    ViewRules(View<T> view, WatchOptions options, int mostCollected) {
        this.view = view;
        this.options = options;
        this.mostCollected = mostCollected;
    }

    /// A stream is about to be opened.
    /// @return the index up to which everything is known; 0 for nothing
    public long opened() {
        stage = index == 0 ? new Collecting(new ArrayList<>()) : new Resuming();
        return index;
    }

    /// {@return where the view stands; 0 while it has no value}
    public long index() {
        return index;
    }

    /// {@return the value, which means something only while the index is not 0}
    public T value() {
        return view.value();
    }

    /// Takes a step of the stream in.
    /// @param event the step
    /// @return whether there is another value now
    /// @throws UnexpectedEvent when it does not fit; the view has been reset, and the stream is to be dropped
    public boolean take(ViewEvent event) throws UnexpectedEvent {
        try {
            return switch (stage) {
                case Collecting(var changes) -> collect(event, changes);
                case Resuming _ -> switch (event) {
                    case ViewEvent.NewSnapshotToFollow _ -> {
                        reset();
                        opened();
                        yield false;
                    }
                    case ViewEvent.Accepted _, ViewEvent.EndOfSnapshot _, ViewEvent.Changes _ -> follow(event);
                };
                case Following _ -> follow(event);
            };
        } catch (UnexpectedEvent e) {
            reset();
            throw e;
        }
    }

    private boolean collect(ViewEvent event, List<ViewEvent.Change> collected) throws UnexpectedEvent {
        return switch (event) {
            case ViewEvent.Accepted _ -> false;
            case ViewEvent.Changes(var _, var changes) -> {
                collected.addAll(changes);
                if (collected.size() > mostCollected) {
                    throw new UnexpectedEvent("the snapshot has more than " + mostCollected + " parts");
                }
                yield false;
            }
            case ViewEvent.EndOfSnapshot(long end) -> updated(collected, end);
            case ViewEvent.NewSnapshotToFollow _ ->
                throw new UnexpectedEvent("NewSnapshotToFollow inside of a snapshot");
        };
    }

    private boolean follow(ViewEvent event) throws UnexpectedEvent {
        return switch (event) {
            case ViewEvent.Accepted _ -> false;
            case ViewEvent.Changes(long at, var changes) -> updated(changes, at);
            case ViewEvent.EndOfSnapshot _, ViewEvent.NewSnapshotToFollow _ ->
                throw new UnexpectedEvent(event.getClass().getSimpleName() + " after the snapshot");
        };
    }

    private boolean updated(List<ViewEvent.Change> changes, long at) throws UnexpectedEvent {
        view.update(changes);
        stage = new Following();
        index = at == 0 ? 1 : at; // 0 would mean that nothing is known
        failures = 0;
        return true;
    }

    private void reset() {
        view.reset();
        index = 0;
    }

    /// The stream has ended, or could not be opened.
    /// @param reset  whether the server said that everything is void
    /// @param chance from 0 to 1
    /// @return what to do
    public Retry ended(boolean reset, double chance) {
        if (reset) {
            reset();
        }
        failures++;
        return new Retry(failures, !reset || failures > 1, pause(chance));
    }

    private Duration pause(double chance) {
        if (failures < 2) {
            return Duration.ZERO;
        }
        var doubled = options.firstPause().multipliedBy(1L << Math.min(failures - 2, MOST_DOUBLINGS));
        var base = doubled.compareTo(options.longestPause()) > 0 ? options.longestPause() : doubled;
        return base.plusNanos((long) (base.toNanos() * chance));
    }
}
