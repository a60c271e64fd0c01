package dev.proconsul.jyamux.internal;

import java.time.Duration;

/// What has a session's [SessionReader] read.
interface Reading {
    /// Begins, once.
    void start();

    /// Waits until nothing is read any more.
    ///
    /// @return whether that came in time
    boolean await(Duration patience) throws InterruptedException;
}
