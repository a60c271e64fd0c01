package dev.proconsul.rpc.server.internal.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Passes an input on, and says once a second how much of it has come. What is done within a second says nothing.
final class Progress extends FilterInputStream {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double MEBIBYTE = 1 << 20;

    private final String what;
    private final PrintStream err;
    private final LongSupplier nanoTime;
    private final long start;
    private long lastTold;
    private long count;

    Progress(String what, InputStream in, PrintStream err) {
        this(what, in, err, System::nanoTime);
    }

    Progress(String what, InputStream in, PrintStream err, LongSupplier nanoTime) {
        super(in);
        this.what = what;
        this.err = err;
        this.nanoTime = nanoTime;
        start = nanoTime.getAsLong();
        lastTold = start;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int got = super.read(bytes, offset, length);
        count += Math.max(0, got);
        long now = nanoTime.getAsLong();
        if (now - lastTold >= SECOND) {
            lastTold = now;
            err.println(String.format(Locale.ROOT, "%s: %.1f MiB in %d s", what, count / MEBIBYTE,
                    TimeUnit.NANOSECONDS.toSeconds(now - start)));
        }
        return got;
    }
}
