package dev.proconsul.rpc.structs;

import dev.proconsul.rpc.structs.internal.Checksums;
import dev.proconsul.rpc.structs.internal.Gunzip;
import dev.proconsul.rpc.structs.internal.HashedInput;
import dev.proconsul.rpc.structs.internal.HashedOutput;
import dev.proconsul.rpc.structs.internal.JsonText;
import dev.proconsul.rpc.structs.internal.TarHeader;
import dev.proconsul.rpc.structs.internal.TarInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// A snapshot as a file: gzip around a tar archive of the place in the log, the state, and a checksum of each.
///
/// | file | holds |
/// |---|---|
/// | `meta.json` | a [SnapshotMeta] as JSON, and a newline |
/// | `state.bin` | the state: a [SnapshotHeader] and records, see [SnapshotReader] |
/// | `SHA256SUMS` | a line for each of the two: 64 hexadecimal digits, two spaces, the name |
///
/// They are written in this order and read in any; nothing else may be there, and nothing may follow. Both directions
/// stream: memory does not grow with the state. Stateless; any thread.
///
/// Source: Consul `snapshot/archive.go` and `snapshot/snapshot.go`, with its error texts.
public final class SnapshotArchive {
    /// The longest state that an archive can hold, in bytes: 8 GiB without one.
    public static final long LONGEST_STATE = TarHeader.TOO_LONG - 1;

    private static final String META = "meta.json";
    private static final String STATE = "state.bin";
    private static final String SUMS = "SHA256SUMS";
    private static final int LONGEST_META = 1 << 20;
    private static final int LONGEST_SUMS = 4 << 10;

    private SnapshotArchive() {}

    /// Writes a state; asked more than once, it writes the same bytes.
    @FunctionalInterface
    public interface StateWriter {
        /// Writes the whole state.
        ///
        /// @param out where to; not to be closed
        /// @throws IOException if it cannot be written
        void writeTo(OutputStream out) throws IOException;
    }

    /// Takes a state while its archive is read. That the archive is whole and its sums are right is known only later,
    /// when [#read] returns.
    @FunctionalInterface
    public interface StateReader {
        /// Takes the state.
        ///
        /// @param state the content of `state.bin`; what is left of it afterwards is passed over
        /// @throws IOException if it cannot be taken; the archive is then read no further
        void readFrom(InputStream state) throws IOException;
    }

    /// {@return how many bytes a state has, for [SnapshotMeta#size()]}
    ///
    /// @param state the state, which is written once, to nowhere
    /// @throws IOException if it cannot be written
    public static long sizeOf(StateWriter state) throws IOException {
        HashedOutput counted = new HashedOutput(OutputStream.nullOutputStream(), new Checksums().add(STATE));
        state.writeTo(counted);
        return counted.count();
    }

    /// Writes an archive.
    ///
    /// @param meta     of which place in the log it is; the size must be that of the state
    /// @param state    the state
    /// @param modified when the files were made
    /// @param out      where to; flushed, and not closed
    /// @throws IOException              if it cannot be written
    /// @throws IllegalArgumentException if the state is longer than [#LONGEST_STATE]
    public static void write(SnapshotMeta meta, StateWriter state, Instant modified, OutputStream out)
            throws IOException {
        if (meta.size() > LONGEST_STATE) {
            throw new IllegalArgumentException("the state has " + meta.size() + " bytes, more than the "
                    + LONGEST_STATE + " that an archive can hold");
        }
        GZIPOutputStream compressed = new GZIPOutputStream(out, 8 << 10);
        Checksums sums = new Checksums();
        byte[] json = (JsonText.print(SnapshotMeta.CODEC.toJson(meta)) + "\n").getBytes(StandardCharsets.UTF_8);
        sums.add(META).update(json);
        file(META, json, modified, compressed);

        compressed.write(new TarHeader(STATE, meta.size()).encode(modified.getEpochSecond()));
        HashedOutput hashed = new HashedOutput(compressed, sums.add(STATE));
        state.writeTo(hashed);
        if (hashed.count() != meta.size()) {
            throw new IOException("the state has " + hashed.count() + " bytes, not the " + meta.size() + " announced");
        }
        pad(hashed.count(), compressed);
        file(SUMS, sums.list().getBytes(StandardCharsets.US_ASCII), modified, compressed);
        compressed.write(new byte[2 * TarHeader.BLOCK]);
        compressed.finish();
        out.flush();
    }

    private static void file(String name, byte[] content, Instant modified, OutputStream out) throws IOException {
        out.write(new TarHeader(name, content.length).encode(modified.getEpochSecond()));
        out.write(content);
        pad(content.length, out);
    }

    private static void pad(long length, OutputStream out) throws IOException {
        out.write(new byte[(int) (-length & TarHeader.BLOCK - 1)]);
    }

    /// Reads an archive to the end of the input, and checks all of it.
    ///
    /// @param archive      the archive, and nothing behind it; not closed
    /// @param longestState of how many bytes the state may be
    /// @param state        takes the state; called at most once
    /// @return of which place in the log it is
    /// @throws IOException if it is not a whole, unchanged archive; the text is Consul's
    public static SnapshotMeta read(InputStream archive, long longestState, StateReader state) throws IOException {
        try (Gunzip tar = decompress(archive)) {
            SnapshotMeta meta;
            try {
                meta = new Reading(new TarInput(tar), longestState, state).run();
            } catch (IOException e) {
                throw failed("failed to read snapshot file: ", e);
            }
            long more = tar.transferTo(OutputStream.nullOutputStream());
            if (more > 0) {
                throw new IOException(more + " unread uncompressed bytes remain");
            }
            return meta;
        }
    }

    private static Gunzip decompress(InputStream archive) throws IOException {
        try {
            return new Gunzip(archive);
        } catch (IOException e) {
            throw failed("failed to decompress snapshot: ", e);
        }
    }

    private static IOException failed(String what, IOException e) {
        return new IOException(what + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()), e);
    }

    /// One reading of the files of an archive.
    private static final class Reading {
        private final TarInput tar;
        private final long longestState;
        private final StateReader state;
        private final Checksums sums = new Checksums();
        private @Nullable SnapshotMeta meta;
        private boolean stateSeen;
        private String list = "";

        Reading(TarInput tar, long longestState, StateReader state) {
            this.tar = tar;
            this.longestState = longestState;
            this.state = state;
        }

        SnapshotMeta run() throws IOException {
            for (Optional<TarHeader> file = next(); file.isPresent(); file = next()) {
                read(file.get());
            }
            try {
                if (!stateSeen) {
                    sums.add(STATE);
                }
                if (meta == null) {
                    sums.add(META);
                }
                sums.verify(list);
            } catch (IOException e) {
                throw failed("failed checking integrity of snapshot: ", e);
            }
            if (meta == null) {
                throw new IOException("failed to decode snapshot metadata: there is none");
            }
            return meta;
        }

        private Optional<TarHeader> next() throws IOException {
            try {
                return tar.next();
            } catch (IOException e) {
                throw failed("failed reading snapshot: ", e);
            }
        }

        private void read(TarHeader file) throws IOException {
            switch (file.name()) {
                case META -> {
                    once(file, meta == null);
                    meta = decode(content("metadata", file, LONGEST_META));
                }
                case STATE -> {
                    once(file, !stateSeen);
                    stateSeen = true;
                    readState(file);
                }
                case SUMS -> {
                    once(file, list.isEmpty());
                    list = new String(content("hashes", file, LONGEST_SUMS), StandardCharsets.UTF_8);
                }
                default -> throw new IOException("unexpected file " + Checksums.quoted(file.name()) + " in snapshot");
            }
        }

        private static void once(TarHeader file, boolean first) throws IOException {
            if (!first) {
                throw new IOException("file " + Checksums.quoted(file.name()) + " comes twice in snapshot");
            }
        }

        private byte[] content(String what, TarHeader file, int longest) throws IOException {
            if (file.size() > longest) {
                throw tooLong(what, file, longest);
            }
            try {
                return tar.readAllBytes();
            } catch (IOException e) {
                throw failed("failed to read snapshot " + what + ": ", e);
            }
        }

        private static IOException tooLong(String what, TarHeader file, long longest) {
            return new IOException("failed to read snapshot " + what + ": " + file.name() + " has " + file.size()
                    + " bytes, more than the limit of " + longest);
        }

        private SnapshotMeta decode(byte[] json) throws IOException {
            sums.add(META).update(json);
            try {
                return SnapshotMeta.CODEC.fromJson(JsonText.parse(new String(json, StandardCharsets.UTF_8)));
            } catch (JsonShapeException e) {
                throw new IOException("failed to decode snapshot metadata: " + e.getMessage(), e);
            }
        }

        private void readState(TarHeader file) throws IOException {
            if (file.size() > longestState) {
                throw tooLong("data", file, longestState);
            }
            try {
                HashedInput hashed = new HashedInput(tar, sums.add(STATE));
                state.readFrom(hashed);
                hashed.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                throw failed("failed to read or write snapshot data: ", e);
            }
        }
    }
}
