package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Connection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The input of a connection with one deadline for a whole answer, however many reads that takes: a peer that sends
/// byte by byte gains nothing by it. Records what it reads if asked to. For one reading thread.
final class DeadlineInput extends InputStream {
    private final Connection connection;
    private @Nullable Deadline deadline;
    private long count;
    private @Nullable ByteArrayOutputStream record;
    private long recordedFrom;

    DeadlineInput(Connection connection) {
        this.connection = connection;
    }

    /// Begins an answer; to be called before its first read.
    void start(Deadline newDeadline, boolean recording) {
        deadline = newDeadline;
        record = recording ? new ByteArrayOutputStream() : null;
        recordedFrom = count;
    }

    /// Ends an answer.
    void stop() {
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
        if (deadline != null) {
            connection.readTimeout(deadline.leftFor("the whole answer"));
        }
        connection.peek();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (deadline != null) {
            connection.readTimeout(deadline.leftFor("the whole answer"));
        }
        int got = connection.input().read(bytes, offset, length);
        if (got > 0) {
            count += got;
            if (record != null) {
                record.write(bytes, offset, got);
            }
        }
        return got;
    }
}
