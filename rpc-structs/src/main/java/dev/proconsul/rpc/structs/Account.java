package dev.proconsul.rpc.structs;

/// What one message has asked for so far, against its limits. A byte string with content has the account of the message
/// that it is part of.
final class Account {
    private final DecodeLimits limits;
    private int depth;
    private long elements;

    Account(DecodeLimits limits) {
        this.limits = limits;
    }

    /// True if so many levels more are allowed.
    boolean allows(int levels) {
        return levels <= limits.depth() - depth;
    }

    void deeper() throws DecodeException {
        if (++depth > limits.depth()) {
            throw new DecodeException("message nests deeper than the limit `depth` of " + limits.depth());
        }
    }

    /// {@return how many levels are left}
    int shallower() {
        return --depth;
    }

    /// Counts list elements or map entries, and returns their number.
    long count(long length) throws DecodeException {
        if (length > limits.elements() - elements) {
            throw new DecodeException("message has at least " + (elements + length)
                    + " list elements and map entries, more than the limit `elements` of " + limits.elements());
        }
        elements += length;
        return length;
    }

    /// Checks the length of a string that is kept, and returns it.
    int kept(long length) throws DecodeException {
        if (length > limits.string()) {
            throw new DecodeException("string of " + length + " bytes, longer than the limit `string` of "
                    + limits.string());
        }
        return (int) length;
    }
}
