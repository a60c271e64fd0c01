package dev.proconsul.jyamux;

/// What has happened in a session since it started.
///
/// @param framesReceived frames whose header has come
/// @param bytesReceived bytes read from the connection, headers included
/// @param framesSent frames written to the connection
/// @param bytesSent bytes written to the connection, headers included
/// @param streamsOpened streams opened by this side
/// @param streamsReceived streams opened by the peer and not refused
/// @param streamsRefused streams of the peer that were reset at once
/// @param resetsReceived resets by the peer
/// @param oddFrames frames that were ignored: for unknown streams, second FINs, needless ACKs, unasked pongs, unknown
///     flags, frames without effect
/// @param discardedBytes payload dropped because nobody could read it
public record SessionStatistics(
        long framesReceived,
        long bytesReceived,
        long framesSent,
        long bytesSent,
        long streamsOpened,
        long streamsReceived,
        long streamsRefused,
        long resetsReceived,
        long oddFrames,
        long discardedBytes) {}
