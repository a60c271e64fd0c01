package dev.proconsul.rpc.client;

/// How many calls a client makes at most: a bucket of tokens, full at the start. Every attempt of a call takes one;
/// where there is none the call fails at once, without waiting. Immutable; every component is checked.
///
/// Source: Consul `limits.rpc_rate`, `limits.rpc_max_burst`.
///
/// @param perSecond tokens that come in a second, 0 or more; less than 0 for no limit
/// @param burst     tokens that the bucket holds, 1 or more
public record CallRate(double perSecond, int burst) {
    /// No limit, as Consul's default: -1, and a bucket of 1000 that does not matter then.
    public static final CallRate UNLIMITED = new CallRate(-1, 1_000);

    /// Checks every component.
    ///
    /// @throws IllegalArgumentException when one is out of range; names it
    public CallRate {
        if (Double.isNaN(perSecond)) {
            throw new IllegalArgumentException("perSecond is no number, but must be 0 or more, or less than 0 for no"
                    + " limit");
        }
        if (burst < 1) {
            throw new IllegalArgumentException("burst is " + burst + ", but must be 1 or more");
        }
    }

    /// {@return whether there is no limit}
    public boolean unlimited() {
        return perSecond < 0;
    }
}
