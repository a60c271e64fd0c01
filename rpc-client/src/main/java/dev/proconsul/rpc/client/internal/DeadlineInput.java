package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;

/// The input of a connection with one deadline for a whole answer, however many reads that takes: a peer that sends
/// byte by byte gains nothing by it. For one reading thread.
final class DeadlineInput extends InputStream {
    private final Connection connection;
    private final LongSupplier nanoTime;
    private long start;
    private Duration time = Duration.ZERO;

    DeadlineInput(Connection connection, LongSupplier nanoTime) {
        this.connection = connection;
        this.nanoTime = nanoTime;
    }

    /// Begins to count; to be called before the first read.
    void startClock(Duration newTime) {
        time = newTime;
        start = nanoTime.getAsLong();
    }

    @Override
    public int read() throws IOException {
        limit();
        return connection.input().read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        limit();
        return connection.input().read(bytes, offset, length);
    }

    private void limit() throws IOException {
        var left = time.minusNanos(nanoTime.getAsLong() - start);
        if (!left.isPositive()) {
            throw new SocketTimeoutException("the whole answer did not come in time");
        }
        connection.readTimeout(left);
    }
}
