package dev.proconsul.jyamux.internal;

/// An end of a stream, as this process sees it.
enum Side {
    LOCAL,
    REMOTE
}
