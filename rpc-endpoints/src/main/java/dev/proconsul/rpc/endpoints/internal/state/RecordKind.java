package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.structs.Codec;
import dev.proconsul.rpc.structs.SnapshotReader;
import dev.proconsul.rpc.structs.SnapshotWriter;
import java.io.IOException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// What one kind of rows contributes to a snapshot: how rows become records, and records rows again. A table adds a
/// line for each of its kinds to [SnapshotForm].
///
/// @param type number of the record type, see [dev.proconsul.rpc.structs.LogTypes]
/// @param codec writes and reads one record
/// @param rows  the records of a version, in the order in which they are to be written
/// @param add   puts a record back where it was, indexes and all
/// @param <T>   type of the records
record RecordKind<T>(
        int type, Codec<T> codec, Function<Version, Iterable<T>> rows, BiConsumer<Restoration, T> add) {
    void write(Version version, SnapshotWriter out) throws IOException {
        for (var row : rows.apply(version)) {
            out.write(type, codec, row);
        }
    }

    void read(SnapshotReader in, Restoration restoration) throws IOException {
        add.accept(restoration, in.value(codec));
    }
}
