package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Connection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The input of a connection with one deadline for a whole answer, however many reads that takes: a peer that sends
/// byte by byte gains nothing by it. Records what it reads if asked to. For one reading thread; [#arm] from any.
///
/// A wait with a time limit costs more than one without, and hardly an answer comes late. So where the connection lets a
/// limit be set on a read that waits, a deadline that is far away is left to whoever calls [#arm] once a second.
final class DeadlineInput extends InputStream {
    private static final Duration SOON = Duration.ofMillis(2_500);

    private final Connection connection;
    private final boolean armed;
    private volatile @Nullable Deadline deadline;
    private boolean limited = true; // as far as the reading thread knows
    private long count;
    private @Nullable ByteArrayOutputStream record;
    private long recordedFrom;

    /// @param connection where from
    /// @param armed      whether somebody calls [#arm] once a second, and the connection takes a limit while a read waits
    DeadlineInput(Connection connection, boolean armed) {
        this.connection = connection;
        this.armed = armed;
    }

    /// Begins an answer; to be called before its first read.
    void start(Deadline newDeadline, boolean recording) {
        deadline = newDeadline;
        record = recording ? new ByteArrayOutputStream() : null;
        recordedFrom = count;
    }

    /// Limits a read that waits, if its deadline is near.
    void arm() throws IOException {
        var present = deadline;
        if (armed && present != null) {
            var left = present.left();
            if (left.isPositive() && left.compareTo(SOON) <= 0) {
                connection.readTimeout(left);
            }
        }
    }

    private void limit() throws IOException {
        var present = deadline;
        if (present == null) {
            return;
        }
        var left = present.leftFor("the whole answer");
        if (!armed || left.compareTo(SOON) <= 0) {
            connection.readTimeout(left);
            limited = true;
        } else if (limited) {
            connection.readTimeout(Duration.ZERO);
            limited = false;
        }
    }

    /// A limit that [#arm] has set may be that of a former answer.
    private void outlive(SocketTimeoutException e) throws SocketTimeoutException {
        var present = deadline;
        if (!armed || present == null || !present.left().isPositive()) {
            throw e;
        }
        limited = true;
    }

    /// Ends an answer.
    void stop() {
        deadline = null;
        record = null; // it may be big, and the conversation idle for long
    }

    /// {@return how many bytes were read in all}
    long count() {
        return count;
    }

    /// {@return bytes that were read since the start}
    /// @param from place of the first, counted over all that was ever read
    /// @param to   place behind the last
    byte[] recorded(long from, long to) {
        if (record == null) {
            throw new IllegalStateException("nothing is recorded");
        }
        return Arrays.copyOfRange(record.toByteArray(), (int) (from - recordedFrom), (int) (to - recordedFrom));
    }

    /// Waits for the next byte, or the end, without a buffer.
    void awaitByte() throws IOException {
        boolean waiting = true;
        while (waiting) {
            limit();
            try {
                connection.peek();
                waiting = false;
            } catch (SocketTimeoutException e) {
                outlive(e);
            }
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (true) {
            limit();
            try {
                int got = connection.input().read(bytes, offset, length);
                if (got > 0) {
                    count += got;
                    if (record != null) {
                        record.write(bytes, offset, got);
                    }
                }
                return got;
            } catch (SocketTimeoutException e) {
                outlive(e);
            }
        }
    }
}
