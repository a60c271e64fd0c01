package dev.proconsul.jyamux.internal;

/// Where the opening of a stream stands. `SYN_SENT` is, at the same time, the permit that the stream holds of the
/// session's unacknowledged opens: leaving it gives the permit back, exactly once.
enum Handshake {
    SYN_SENT,
    SYN_RECEIVED,
    DONE
}
