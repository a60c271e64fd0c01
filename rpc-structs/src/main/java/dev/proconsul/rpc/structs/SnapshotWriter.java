package dev.proconsul.rpc.structs;

import java.io.IOException;
import java.io.OutputStream;

/// Writes the state in a snapshot, as [SnapshotReader] reads it. One thread at a time; the output is closed by its
/// owner, after [#flush].
public final class SnapshotWriter {
    private static final int FULL = 32 << 10;

    private final OutputStream out;
    private final MsgpackWriter buffer = new MsgpackWriter();

    /// Writes the header.
    ///
    /// @param header what stands before the records
    /// @param out    where to write
    public SnapshotWriter(SnapshotHeader header, OutputStream out) {
        this.out = out;
        SnapshotHeader.CODEC.encode(header, buffer);
    }

    /// Writes a record.
    ///
    /// @param type  number of its type
    /// @param codec writes its value
    /// @param value the value
    /// @param <T>   its type
    /// @throws IOException if writing fails
    public <T> void write(int type, Codec<T> codec, T value) throws IOException {
        buffer.writeEncoded(new byte[] {(byte) type});
        codec.encode(value, buffer);
        if (buffer.size() >= FULL) {
            flush();
        }
    }

    /// Writes what is still held back.
    ///
    /// @throws IOException if writing fails
    public void flush() throws IOException {
        buffer.writeTo(out);
        buffer.reset();
    }
}
