package dev.proconsul.rpc.structs;

/// How much one message may ask of its reader.
///
/// Deviation: Consul's decoder has no limits and allocates whatever length is announced.
///
/// @param depth    how deep lists, maps and structs may nest, 1 to 1000
/// @param string   longest string or byte string that is kept, in bytes; skipped ones count only towards `total`
/// @param elements most list elements and map entries in one message, all lists and maps together; fields of structs
///                 are not counted
/// @param total    longest message, in bytes
public record DecodeLimits(int depth, int string, int elements, long total) {
    /// For bodies: 64 levels, strings of 64 MiB, 4 Mi elements, messages of 256 MiB.
    public static final DecodeLimits DEFAULT = new DecodeLimits(64, 64 << 20, 4 << 20, 256L << 20);

    /// For headers: 16 levels, strings of 64 KiB (error texts can be long), 1024 elements, 128 KiB in all.
    public static final DecodeLimits HEADER = new DecodeLimits(16, 64 << 10, 1 << 10, 128L << 10);

    private static final int DEEPEST = 1000; // decoding recurses; this much fits the smallest thread stack

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if a limit is out of range; names the component
    public DecodeLimits {
        if (depth < 1 || depth > DEEPEST) {
            throw new IllegalArgumentException("depth is " + depth + ", expected 1 to " + DEEPEST);
        }
        if (string < 0 || elements < 0 || total < 0) {
            throw new IllegalArgumentException("string, elements and total must not be negative, but are "
                    + string + ", " + elements + " and " + total);
        }
    }

    /// {@return these limits with another depth}
    ///
    /// @param depth levels, 1 to 1000
    public DecodeLimits withDepth(int depth) {
        return new DecodeLimits(depth, string, elements, total);
    }

    /// {@return these limits with another string length}
    ///
    /// @param string bytes
    public DecodeLimits withString(int string) {
        return new DecodeLimits(depth, string, elements, total);
    }

    /// {@return these limits with another number of elements}
    ///
    /// @param elements list elements and map entries per message
    public DecodeLimits withElements(int elements) {
        return new DecodeLimits(depth, string, elements, total);
    }

    /// {@return these limits with another message length}
    ///
    /// @param total bytes per message
    public DecodeLimits withTotal(long total) {
        return new DecodeLimits(depth, string, elements, total);
    }
}
