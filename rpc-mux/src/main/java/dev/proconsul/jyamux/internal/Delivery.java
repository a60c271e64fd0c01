package dev.proconsul.jyamux.internal;

/// What became of payload that was delivered to a stream.
enum Delivery {
    TAKEN,
    /// The stream takes no more, or never expected it.
    UNWANTED,
    /// More has come since reading stopped than can be borne.
    TOO_MUCH
}
