package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.WatchOptions;
import java.time.Duration;

/// What a watch asks next, and when: the client's rules of blocking queries, without clock or thread. For one thread.
///
/// ```
///   answer                                   next question       pause before it
///   index went on ......................... that index .......... what is left of the pace
///   index went back ....................... 0 ................... the same
///   unchanged, the time was over .......... that index .......... the same
///   unchanged, early: restored or leaving . 0 ................... the same
///   none .................................. 0 ................... none, then 200 to 400 ms, 400 to 800 ms …
/// ```
///
/// An index of 0 counts as 1, since a question with 0 would not wait. After a failure the server may have a history in
/// which the old index lies far ahead, and a question with it would wait for nothing; so the watch reads what is there.
///
/// A server that answers early again and again without anything new, or with indexes that jump back and forth, is asked
/// less and less often, down to about once in five seconds, and still serves as a source.
///
/// Source: Consul's rules for callers of blocking queries; back-off as in `agent/submatview/materializer.go`.
public final class WatchRules {
    /// An answer that takes longer cannot keep anybody busy.
    private static final Duration QUICK = Duration.ofSeconds(1);
    private static final int MOST_FRUITLESS = 6;
    private static final int MOST_DOUBLINGS = 30;

    private final WatchOptions options;
    private long index;
    private int failures;
    private int fruitless;

    /// Rules of a watch that has not asked yet.
    /// @param options times
    public WatchRules(WatchOptions options) {
        this.options = options;
    }

    /// {@return the index of the next question; 0 for one that does not wait}
    public long index() {
        return index;
    }

    /// {@return how many questions in a row had no answer}
    public int failures() {
        return failures;
    }

    /// Takes note of an answer.
    ///
    /// @param answered index of the answer, as the server says
    /// @param took     time since the question was asked
    /// @param chance   from 0 to 1
    /// @return how long to wait before the next question
    public Duration answered(long answered, Duration took, double chance) {
        long asked = index;
        long present = answered == 0 ? 1 : answered;
        failures = 0;
        int progress = asked == 0 ? 1 : Long.compareUnsigned(present, asked);
        boolean early = progress == 0 && took.compareTo(options.patience()) < 0;
        index = progress < 0 || early ? 0 : present;
        if (asked != 0) {
            boolean idle = (progress < 0 || early) && took.compareTo(QUICK) < 0;
            fruitless = idle ? Math.min(fruitless + 1, MOST_FRUITLESS) : 0;
        }
        var rest = options.pace().minus(took);
        var backOff = pause(fruitless, chance);
        return rest.compareTo(backOff) > 0 ? rest : backOff;
    }

    /// Takes note that there was no answer.
    ///
    /// @param chance from 0 to 1
    /// @return how long to wait before the next question
    public Duration failed(double chance) {
        index = 0;
        fruitless = 0;
        failures++;
        return pause(failures, chance);
    }

    /// {@return nothing the first time, then ever longer, and up to twice as long by chance}
    private Duration pause(int times, double chance) {
        if (times < 2) {
            return Duration.ZERO;
        }
        var doubled = options.firstPause().multipliedBy(1L << Math.min(times - 2, MOST_DOUBLINGS));
        var base = doubled.compareTo(options.longestPause()) > 0 ? options.longestPause() : doubled;
        return base.plusNanos((long) (base.toNanos() * chance));
    }
}
