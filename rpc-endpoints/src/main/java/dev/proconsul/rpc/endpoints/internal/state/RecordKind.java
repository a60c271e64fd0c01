package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.structs.Codec;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.SnapshotReader;
import dev.proconsul.rpc.structs.SnapshotWriter;
import java.io.IOException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// What one kind of rows contributes to a snapshot: how rows become records, and records rows again.
///
/// @param type number of the record type, see [dev.proconsul.rpc.structs.LogTypes]
/// @param codec writes and reads one record
/// @param rows  the records of a version, in the order in which they are to be written
/// @param add   puts a record back where it was, indexes and all
/// @param <T>   type of the records
public record RecordKind<T>(
        int type, Codec<T> codec, Function<Version, Iterable<T>> rows, BiConsumer<Restoration, T> add) {
    /// Describes a table whose rows are records as they are.
    /// @param type  number of the record type
    /// @param codec writes and reads one row
    /// @param table the table
    /// @param index gives the indexes that a row has
    /// @param <R>   type of the rows
    /// @return the kind
    public static <R> RecordKind<R> of(int type, Codec<R> codec, Table<R> table, Function<R, RaftIndex> index) {
        return new RecordKind<>(type, codec, version -> version.all(table),
                (restoration, row) -> restoration.put(table, row, index.apply(row).modifyIndex()));
    }

    void write(Version version, SnapshotWriter out) throws IOException {
        for (var row : rows.apply(version)) {
            out.write(type, codec, row);
        }
    }

    void read(SnapshotReader in, Restoration restoration) throws IOException {
        add.accept(restoration, in.value(codec));
    }
}
