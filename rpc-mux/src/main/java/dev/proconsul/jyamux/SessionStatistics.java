package dev.proconsul.jyamux;

import java.time.Duration;

/// What has happened in a session since it started, and how it stands.
///
/// @param framesReceived frames whose header has come
/// @param bytesReceived bytes read from the connection, headers included
/// @param framesSent frames written to the connection
/// @param bytesSent bytes written to the connection, headers included
/// @param writes rounds of frames written; each is one call of the connection, or few
/// @param stalls times that a write waited for credit or for room
/// @param streamsOpened streams opened by this side
/// @param streamsReceived streams opened by the peer and not refused
/// @param streamsRefused streams of the peer that were reset at once
/// @param streamsForgotten streams that the application lost without closing them, and that were reset for that; 0
///     unless [SessionConfig#resetForgotten()]
/// @param resetsReceived resets by the peer
/// @param oddFrames frames that were ignored: for unknown streams, second FINs, needless ACKs, unasked pongs, unknown
///     flags, frames without effect
/// @param discardedBytes payload dropped because nobody could read it
/// @param openStreams streams that are not closed, now
/// @param grownWindows bytes that receive windows have grown by, now
/// @param roundTrip the shortest of the last round trips; zero if none was measured
public record SessionStatistics(
        long framesReceived,
        long bytesReceived,
        long framesSent,
        long bytesSent,
        long writes,
        long stalls,
        long streamsOpened,
        long streamsReceived,
        long streamsRefused,
        long streamsForgotten,
        long resetsReceived,
        long oddFrames,
        long discardedBytes,
        int openStreams,
        long grownWindows,
        Duration roundTrip) {}
