package dev.proconsul.rpc.structs;

import java.io.IOException;
import java.io.InputStream;

/// Reads the state in a snapshot: a [SnapshotHeader], then records of one byte, the number of a [LogType], and a value.
///
/// ```java
/// var in = new SnapshotReader(state);
/// while (in.next()) {
///     switch (in.type()) {
///         case 2 -> in.value(DirEntry.CODEC);
///         default -> in.skip();
///     }
/// }
/// ```
///
/// Every record must be taken or skipped before the next. One thread at a time; the input is closed by its owner.
public final class SnapshotReader {
    /// Numbers from here are for the enterprise edition; whoever does not know them passes over them.
    public static final int ENTERPRISE = 64;

    private final MsgpackReader in;
    private final SnapshotHeader header;
    private int type;

    /// Reads the header.
    ///
    /// @param state the content of `state.bin`
    /// @throws IOException if there is no header
    public SnapshotReader(InputStream state) throws IOException {
        in = new MsgpackReader(state, DecodeLimits.DEFAULT);
        header = SnapshotHeader.CODEC.decode(in);
    }

    /// {@return what stands before the records}
    public SnapshotHeader header() {
        return header;
    }

    /// Goes to the next record.
    ///
    /// @return false at the end
    /// @throws IOException if reading fails
    public boolean next() throws IOException {
        if (in.atEnd()) {
            return false;
        }
        in.startMessage();
        type = in.readByte();
        return true;
    }

    /// {@return the number of this record's type, 0 to 255}
    public int type() {
        return type;
    }

    /// {@return how many bytes of the state were read}
    public long position() {
        return in.position();
    }

    /// {@return the value of this record}
    ///
    /// @param codec reads it
    /// @param <T>   its type
    /// @throws IOException if it is none of this type
    public <T> T value(Codec<T> codec) throws IOException {
        return codec.decode(in);
    }

    /// Passes over the value of this record.
    ///
    /// @throws IOException if it is none of its type, or the type is one that no snapshot has
    public void skip() throws IOException {
        if (type >= ENTERPRISE) {
            in.skipValue();
            return;
        }
        Codec<?> codec = LogTypes.numbered(type).flatMap(LogType::snapshot).map(LogType.Payload::codec)
                .orElseThrow(() -> new DecodeException("Unrecognized msg type " + type));
        codec.decode(in);
    }
}
