package dev.proconsul.rpc.bench;

/// Counts durations in buckets of about 3 %: 32 to each power of two. The Go peer has the same. For one thread.
final class Histogram {
    private static final int FINE_BITS = 5;
    private static final int FINE = 1 << FINE_BITS;

    private final int[] counts = new int[Long.SIZE * FINE];

    void add(long nanos) {
        counts[bucket(Math.max(0, nanos))]++;
    }

    private static int bucket(long nanos) {
        if (nanos < FINE) {
            return (int) nanos;
        }
        int exponent = Long.SIZE - Long.numberOfLeadingZeros(nanos) - FINE_BITS - 1;
        return exponent * FINE + (int) (nanos >> exponent);
    }

    void merge(Histogram other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }

    long count() {
        long sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }

    /// {@return the duration in nanoseconds that a part of all durations does not exceed; 0 when there is none}
    /// @param part 0 to 1
    long quantile(double part) {
        long rank = (long) (count() * part);
        for (int i = 0; i < counts.length; i++) {
            rank -= counts[i];
            if (rank < 0) {
                return lowest(i);
            }
        }
        return 0;
    }

    private static long lowest(int bucket) {
        int exponent = Math.max(0, bucket / FINE - 1);
        return (long) (bucket - exponent * FINE) << exponent;
    }
}
