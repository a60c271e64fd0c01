package dev.proconsul.jyamux.internal;

/// What the last turns of a [SelectLoop] have brought, and what follows from that: which of its two threads should have
/// the next ones, how long the worker looks for news before anybody waits for them, and whether it lets others run
/// before it looks.
///
/// The worker waits dearly, see [SelectLoop]. That is worth it where it soon has several threads to wake again, which
/// it does best. Where each turn has news for one stream it is not, be it the next message of a conversation or the
/// next piece of many bytes: those often come a little more slowly than they are read, so that there is a wait for
/// nearly every piece.
///
/// Threads: the one whose turn it is. The sentry asks [#callsWorker], the worker asks the rest.
final class LoopPace {
    /// So many bytes in a turn are a stream of them.
    static final int MUCH = 16_384;
    /// Looks without news before anybody waits, if the last news were for several or were much.
    static final int QUIET_TURNS = 4;
    /// Turns in a row with news for one stream before the sentry waits for the next ones.
    static final int LONE_TURNS = 16;

    private boolean busy;
    private int quiet;
    private int lone;

    /// A turn is over.
    ///
    /// @param news how many connections had some
    /// @param streams how many streams had some
    /// @param read how many bytes it read
    void noted(int news, int streams, int read) {
        if (news == 0) {
            quiet++;
            return;
        }
        quiet = 0;
        boolean several = news > 1 || streams > 1;
        busy = several || read >= MUCH;
        lone = several ? 0 : Math.min(lone + 1, LONE_TURNS);
    }

    /// {@return whether the last turn had news that are the worker's}
    boolean callsWorker() {
        return busy && quiet == 0;
    }

    /// {@return whether those who can run go first: the worker is among them}
    boolean letsOthersRun() {
        return busy;
    }

    /// {@return whether the worker waits, having looked in vain for long enough}
    boolean waits() {
        return !isLone() && quiet >= (busy ? QUIET_TURNS : 0);
    }

    /// {@return whether the sentry waits instead}
    boolean callsSentry() {
        return isLone() && quiet >= (busy ? QUIET_TURNS : 1);
    }

    private boolean isLone() {
        return lone >= LONE_TURNS;
    }
}
