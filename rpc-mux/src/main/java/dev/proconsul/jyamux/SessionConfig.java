package dev.proconsul.jyamux;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/// Limits and times of a [Session]. Start from [#DEFAULT]; every peer-visible default is hashicorp/yamux's own, so that
/// both ends agree without being told.
///
/// Ranges include their ends. Where only the least is told, any greater value of the type will do.
///
/// @param acceptBacklog streams opened by one side and not yet acknowledged: this side's own, and those of the peer
///     that wait for [Session#accept()]; more of the peer's are reset. 1 or more. Default 256, hashicorp/yamux
///     `DefaultConfig`
/// @param maxInboundStreams streams of the peer open at a time; more are reset. Each may hold 256 KiB that nobody has
///     read, the window that the protocol gives it, which is in no budget. 1 or more. Default 16384: 10,000 calls in
///     flight on one connection are wanted; hashicorp/yamux has no such limit
/// @param maxOutboundStreams streams of this side open at a time, each until both sides have finished it or one has
///     reset it; [Session#open()] waits beyond that, and [Session#open(Duration)] fails when its time is over. 1 or
///     more. Default 2147483647, which no session reaches, for it has no more numbers: as in hashicorp/yamux it is the
///     application that opens, and knows how many it wants
/// @param keepAliveInterval silence after which a ping is sent; zero switches keep-alive off. Zero to 365 days.
///     Default 30 s, hashicorp/yamux `DefaultConfig`
/// @param keepAliveTimeout time for the answer to a ping; during it any byte counts as a sign of life for keep-
///     alive. More than zero, at most 365 days. Default 10 s, hashicorp/yamux `ConnectionWriteTimeout`
/// @param openTimeout time for the peer to acknowledge a stream, which is reset after it. More than zero, at most 365
///     days. Default 75 s, hashicorp/yamux `StreamOpenTimeout`. Deviation: there the whole session ends
/// @param closeTimeout time for the peer to finish a stream that this side has closed, which is reset after it. More
///     than zero, at most 365 days. Default 5 min, hashicorp/yamux `StreamCloseTimeout`
/// @param writeStallTimeout time without any progress of a write to the connection, after which the session ends. More
///     than zero, at most 365 days. Default 10 s, hashicorp/yamux `ConnectionWriteTimeout`
/// @param lingerTimeout time for queued bytes and the last go away to leave when the session ends, and over a socket
///     for the peer to close as well; a peer that has been sent little of late and is silent is not waited for longer
///     than half a second or two round trips. More than zero, at most 365 days. Default 5 s: below the other timeouts,
///     enough for a full output buffer on a slow link
/// @param maxFrame largest payload of a data frame sent, in bytes; 1 to 262144. Default 64 KiB: large enough that
///     headers do not count, small enough that streams take turns
/// @param outputBuffer bytes that may wait to be written before writers have to wait. `maxFrame` to 1 GiB. Default
///     256 KiB, one stream window. Beyond 1 MiB each full buffer may be made anew
/// @param answersWaiting answers to the peer's pings, and resets of its excess streams, that may wait to be
///     written; the session ends beyond it, since such a peer sends without reading, or more at once than it has use
///     for. 1 to 1048576. Default 1024, four times the streams that hashicorp/yamux opens before it waits for an
///     answer, and no more than 12 KiB of frames; hashicorp/yamux has no such limit, but a goroutine for each ping
/// @param deadStreamBytes bytes beyond the credit granted that may come for streams that are gone, and bytes that
///     may come for one stream after [Stream#stopReading()]. 0 or more. Default 1 MiB, four stream windows
/// @param resetsPerSecond resets by the peer, and resets provoked by it, in one second; the session ends beyond it.
///     1 or more. Default 5000: far above cancelled calls, far below a flood
/// @param emptyFramesPerSecond frames without effect in one second: empty ones, a FIN after a FIN, answers to no ping,
///     and those without payload for streams that are gone; the session ends beyond it. 1 or more. Default 20000, four
///     for each of the 5,000 resets that are borne: credit, a FIN and a reset of a correct peer may cross the end of a
///     stream. hashicorp/yamux has no such limit
/// @param pingsPerSecond pings of the peer in one second, not its answers; the session ends beyond it. 1 or more.
///     Default 10000: far above what known implementations send of themselves, one in 10 s at most, and far below a
///     flood; a third of what hashicorp/yamux, which has no such limit, does in a loop over loopback
/// @param maxStreamWindow bytes that the receive window of one stream may grow to; 262144 for no growth. 262144 to 1
///     GiB. Default 16 MiB, as libp2p's implementations: 80 ms at 1.6 Gbit/s
/// @param maxSessionWindow bytes that the windows of all streams of the session may grow by, beyond 256 KiB each. 0 or
///     more. Default 64 MiB, four streams at their most
/// @param windowBudget the same over all sessions that share it. Default [WindowBudget#SHARED]
/// @param resetForgotten whether a stream that the application has lost, and has neither closed nor reset, is reset,
///     and the observer told, as soon as the garbage collector finds it, unless both sides have finished it; see
///     [Stream]. Default false, as in hashicorp/yamux: it costs each stream some objects and a list that the whole
///     process shares, for the sake of a bug
/// @param observer who watches the session. Default [SessionObserver#NONE]: hashicorp/yamux has none
public record SessionConfig(
        int acceptBacklog,
        int maxInboundStreams,
        int maxOutboundStreams,
        Duration keepAliveInterval,
        Duration keepAliveTimeout,
        Duration openTimeout,
        Duration closeTimeout,
        Duration writeStallTimeout,
        Duration lingerTimeout,
        int maxFrame,
        int outputBuffer,
        int answersWaiting,
        long deadStreamBytes,
        int resetsPerSecond,
        int emptyFramesPerSecond,
        int pingsPerSecond,
        int maxStreamWindow,
        long maxSessionWindow,
        WindowBudget windowBudget,
        boolean resetForgotten,
        SessionObserver observer) {
    /// The defaults named at the components.
    public static final SessionConfig DEFAULT = new SessionConfig(
            256,
            16_384,
            Integer.MAX_VALUE,
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(75),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            65_536,
            262_144,
            1_024,
            1_048_576L,
            5_000,
            20_000,
            10_000,
            16 << 20,
            64L << 20,
            WindowBudget.SHARED,
            false,
            SessionObserver.NONE);

    private static final int STREAM_WINDOW = 262_144;

    /// Checks the components.
    ///
    /// @throws IllegalArgumentException naming the component that is out of range
    public SessionConfig {
        within("acceptBacklog", acceptBacklog, 1, Integer.MAX_VALUE);
        within("maxInboundStreams", maxInboundStreams, 1, Integer.MAX_VALUE);
        within("maxOutboundStreams", maxOutboundStreams, 1, Integer.MAX_VALUE);
        within("keepAliveInterval", keepAliveInterval, Duration.ZERO);
        positive("keepAliveTimeout", keepAliveTimeout);
        positive("openTimeout", openTimeout);
        positive("closeTimeout", closeTimeout);
        positive("writeStallTimeout", writeStallTimeout);
        positive("lingerTimeout", lingerTimeout);
        within("maxFrame", maxFrame, 1, STREAM_WINDOW);
        within("outputBuffer", outputBuffer, maxFrame, 1 << 30);
        within("answersWaiting", answersWaiting, 1, 1 << 20);
        within("deadStreamBytes", deadStreamBytes, 0, Long.MAX_VALUE);
        within("resetsPerSecond", resetsPerSecond, 1, Integer.MAX_VALUE);
        within("pingsPerSecond", pingsPerSecond, 1, Integer.MAX_VALUE);
        within("maxStreamWindow", maxStreamWindow, STREAM_WINDOW, 1 << 30);
        within("maxSessionWindow", maxSessionWindow, 0, Long.MAX_VALUE);
        Objects.requireNonNull(windowBudget, "windowBudget");
        within("emptyFramesPerSecond", emptyFramesPerSecond, 1, Integer.MAX_VALUE);
        Objects.requireNonNull(observer, "observer");
    }

    private static void within(String component, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    component + " is " + value + ", expected " + least + " to " + most);
        }
    }

    private static void within(String component, Duration value, Duration least) {
        Duration most = Duration.ofDays(365);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(component + " is " + value + ", expected "
                    + (least.isZero() ? "zero or more" : "more than zero") + ", 365 days at most");
        }
    }

    private static void positive(String component, Duration value) {
        within(component, value, Duration.ofNanos(1));
    }

    /// Changes one component.
    ///
    /// @param value how many streams may wait for their acknowledgement
    /// @return these settings with that one changed
    public SessionConfig withAcceptBacklog(int value) {
        return change(draft -> draft.acceptBacklog = value);
    }

    /// Changes one component.
    ///
    /// @param value how many streams of the peer may be open
    /// @return these settings with that one changed
    public SessionConfig withMaxInboundStreams(int value) {
        return change(draft -> draft.maxInboundStreams = value);
    }

    /// Changes one component.
    ///
    /// @param value how many streams of this side may be open
    /// @return these settings with that one changed
    public SessionConfig withMaxOutboundStreams(int value) {
        return change(draft -> draft.maxOutboundStreams = value);
    }

    /// Changes one component.
    ///
    /// @param value the silence after which a ping is sent, zero for never
    /// @return these settings with that one changed
    public SessionConfig withKeepAliveInterval(Duration value) {
        return change(draft -> draft.keepAliveInterval = value);
    }

    /// Changes one component.
    ///
    /// @param value how long to wait for the answer to a ping
    /// @return these settings with that one changed
    public SessionConfig withKeepAliveTimeout(Duration value) {
        return change(draft -> draft.keepAliveTimeout = value);
    }

    /// Changes one component.
    ///
    /// @param value how long to wait for the acknowledgement of a stream
    /// @return these settings with that one changed
    public SessionConfig withOpenTimeout(Duration value) {
        return change(draft -> draft.openTimeout = value);
    }

    /// Changes one component.
    ///
    /// @param value how long a closed stream waits for the peer to finish
    /// @return these settings with that one changed
    public SessionConfig withCloseTimeout(Duration value) {
        return change(draft -> draft.closeTimeout = value);
    }

    /// Changes one component.
    ///
    /// @param value how long a write to the connection may stand still
    /// @return these settings with that one changed
    public SessionConfig withWriteStallTimeout(Duration value) {
        return change(draft -> draft.writeStallTimeout = value);
    }

    /// Changes one component.
    ///
    /// @param value how long the end of the session waits for queued bytes
    /// @return these settings with that one changed
    public SessionConfig withLingerTimeout(Duration value) {
        return change(draft -> draft.lingerTimeout = value);
    }

    /// Changes one component.
    ///
    /// @param value the largest payload sent
    /// @return these settings with that one changed
    public SessionConfig withMaxFrame(int value) {
        return change(draft -> draft.maxFrame = value);
    }

    /// Changes one component.
    ///
    /// @param value how many bytes may wait to be written
    /// @return these settings with that one changed
    public SessionConfig withOutputBuffer(int value) {
        return change(draft -> draft.outputBuffer = value);
    }

    /// Changes one component.
    ///
    /// @param value how many answers may wait to be written
    /// @return these settings with that one changed
    public SessionConfig withAnswersWaiting(int value) {
        return change(draft -> draft.answersWaiting = value);
    }

    /// Changes one component.
    ///
    /// @param value how many bytes nobody reads are borne
    /// @return these settings with that one changed
    public SessionConfig withDeadStreamBytes(long value) {
        return change(draft -> draft.deadStreamBytes = value);
    }

    /// Changes one component.
    ///
    /// @param value how many resets are borne in a second
    /// @return these settings with that one changed
    public SessionConfig withResetsPerSecond(int value) {
        return change(draft -> draft.resetsPerSecond = value);
    }

    /// Changes one component.
    ///
    /// @param value how many frames without effect are borne in a second
    /// @return these settings with that one changed
    public SessionConfig withEmptyFramesPerSecond(int value) {
        return change(draft -> draft.emptyFramesPerSecond = value);
    }

    /// Changes one component.
    ///
    /// @param value how many pings are borne in a second
    /// @return these settings with that one changed
    public SessionConfig withPingsPerSecond(int value) {
        return change(draft -> draft.pingsPerSecond = value);
    }

    /// Changes one component.
    ///
    /// @param value how large the window of a stream may grow
    /// @return these settings with that one changed
    public SessionConfig withMaxStreamWindow(int value) {
        return change(draft -> draft.maxStreamWindow = value);
    }

    /// Changes one component.
    ///
    /// @param value how much the windows of all streams may grow by
    /// @return these settings with that one changed
    public SessionConfig withMaxSessionWindow(long value) {
        return change(draft -> draft.maxSessionWindow = value);
    }

    /// Changes one component.
    ///
    /// @param value what the windows of all sessions with this budget may grow by
    /// @return these settings with that one changed
    public SessionConfig withWindowBudget(WindowBudget value) {
        return change(draft -> draft.windowBudget = value);
    }

    /// Changes one component.
    ///
    /// @param value whether streams that the application has lost are found and reset
    /// @return these settings with that one changed
    public SessionConfig withResetForgotten(boolean value) {
        return change(draft -> draft.resetForgotten = value);
    }

    /// Changes one component.
    ///
    /// @param value who watches the session
    /// @return these settings with that one changed
    public SessionConfig withObserver(SessionObserver value) {
        return change(draft -> draft.observer = value);
    }

    private SessionConfig change(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /// The components while one of them changes.
    private static final class Draft {
        private int acceptBacklog;
        private int maxInboundStreams;
        private int maxOutboundStreams;
        private Duration keepAliveInterval;
        private Duration keepAliveTimeout;
        private Duration openTimeout;
        private Duration closeTimeout;
        private Duration writeStallTimeout;
        private Duration lingerTimeout;
        private int maxFrame;
        private int outputBuffer;
        private int answersWaiting;
        private long deadStreamBytes;
        private int resetsPerSecond;
        private int emptyFramesPerSecond;
        private int pingsPerSecond;
        private int maxStreamWindow;
        private long maxSessionWindow;
        private WindowBudget windowBudget;
        private boolean resetForgotten;
        private SessionObserver observer;

        Draft(SessionConfig from) {
            acceptBacklog = from.acceptBacklog;
            maxInboundStreams = from.maxInboundStreams;
            maxOutboundStreams = from.maxOutboundStreams;
            keepAliveInterval = from.keepAliveInterval;
            keepAliveTimeout = from.keepAliveTimeout;
            openTimeout = from.openTimeout;
            closeTimeout = from.closeTimeout;
            writeStallTimeout = from.writeStallTimeout;
            lingerTimeout = from.lingerTimeout;
            maxFrame = from.maxFrame;
            outputBuffer = from.outputBuffer;
            answersWaiting = from.answersWaiting;
            deadStreamBytes = from.deadStreamBytes;
            resetsPerSecond = from.resetsPerSecond;
            emptyFramesPerSecond = from.emptyFramesPerSecond;
            pingsPerSecond = from.pingsPerSecond;
            maxStreamWindow = from.maxStreamWindow;
            maxSessionWindow = from.maxSessionWindow;
            windowBudget = from.windowBudget;
            resetForgotten = from.resetForgotten;
            observer = from.observer;
        }

        SessionConfig finished() {
            return new SessionConfig(
                    acceptBacklog, maxInboundStreams, maxOutboundStreams, keepAliveInterval, keepAliveTimeout,
                    openTimeout, closeTimeout, writeStallTimeout, lingerTimeout, maxFrame, outputBuffer, answersWaiting,
                    deadStreamBytes, resetsPerSecond, emptyFramesPerSecond, pingsPerSecond, maxStreamWindow,
                    maxSessionWindow, windowBudget, resetForgotten, observer);
        }
    }
}
