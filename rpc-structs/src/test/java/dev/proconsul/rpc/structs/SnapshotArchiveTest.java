package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.structs.internal.TarHeader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Archives of snapshots: recorded ones, own ones, and what is wrong with others. Transport section 6.3.
class SnapshotArchiveTest {
    private static final long SEED = 20_261_126;
    private static final Instant NOW = Instant.ofEpochSecond(1_795_336_752);
    private static final byte[] STATE = "state".getBytes(StandardCharsets.US_ASCII);
    private static final SnapshotMeta META = SnapshotMeta.ZERO.withVersion(1).withId("2-40-1").withIndex(40)
            .withTerm(2).withSize(STATE.length);

    @ParameterizedTest
    @ValueSource(strings = {"empty", "kv", "mixed"})
    @DisplayName("archives of Consul 1.10.1 are read, and written again byte for byte below the compression")
    void archivesOfConsulAreReadAndWrittenAgain(String name) throws IOException {
        byte[] archive = recorded(name);
        var state = new ByteArrayOutputStream();

        SnapshotMeta meta = SnapshotArchive.read(new ByteArrayInputStream(archive), 1 << 20, in -> in.transferTo(state));

        assertEquals(state.size(), meta.size());
        assertEquals(meta.size(), SnapshotArchive.sizeOf(state::writeTo));
        assertTrue(meta.id().startsWith("2-" + meta.index() + "-"), meta::id);
        assertEquals("127.0.0.1:18330", meta.configuration().servers().getFirst().address());
        byte[] tar = new GZIPInputStream(new ByteArrayInputStream(archive)).readAllBytes();
        byte[] written = written(meta, state.toByteArray(), modified(tar));
        assertEquals("1f8b08000000000000ff", HexFormat.of().formatHex(written, 0, 10));
        assertArrayEquals(withoutSums(tar), withoutSums(new GZIPInputStream(new ByteArrayInputStream(written))
                .readAllBytes()));
        assertEquals(meta, SnapshotArchive.read(new ByteArrayInputStream(written), 1 << 20, in -> { }));
    }

    /// The list of sums may be in any order, and its checksum with it: everything up to its block is compared.
    private static byte[] withoutSums(byte[] tar) {
        return Arrays.copyOf(tar, tar.length - 4 * TarHeader.BLOCK);
    }

    private static Instant modified(byte[] tar) {
        return Instant.ofEpochSecond(Long.parseLong(new String(tar, 136, 11, StandardCharsets.US_ASCII), 8));
    }

    private static byte[] recorded(String name) throws IOException {
        try (InputStream in = SnapshotArchiveTest.class.getResourceAsStream("/vectors/snapshot/" + name + ".snap")) {
            return in.readAllBytes();
        }
    }

    private static byte[] written(SnapshotMeta meta, byte[] state, Instant modified) throws IOException {
        var archive = new ByteArrayOutputStream();
        SnapshotArchive.write(meta, out -> out.write(state), modified, archive);
        return archive.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"empty", "kv", "mixed"})
    @DisplayName("every record of a recorded state can be passed over")
    void everyRecordCanBePassedOver(String name) throws IOException {
        Map<Integer, Integer> counts = new TreeMap<>();
        SnapshotArchive.read(new ByteArrayInputStream(recorded(name)), 1 << 20, in -> {
            var reader = new SnapshotReader(in);
            assertTrue(reader.header().lastIndex() > 0);
            while (reader.next()) {
                counts.merge(reader.type(), 1, Integer::sum);
                reader.skip();
            }
        });
        assertTrue(counts.get(16) > 5, counts::toString);
        assertEquals(1, counts.get(29), "the chunking state, a map with numbers for keys");
    }

    @Test
    void recordsAreWrittenAndRead() throws IOException {
        var out = new ByteArrayOutputStream();
        var writer = new SnapshotWriter(new SnapshotHeader(7), out);
        for (int i = 0; i < 3000; i++) {
            writer.write(2, DirEntry.CODEC, DirEntry.ZERO.withKey("key" + i));
        }
        writer.write(99, DirEntry.CODEC, DirEntry.ZERO);
        assertTrue(out.size() > 0, "not everything waits for the end");
        writer.flush();

        var reader = new SnapshotReader(new Trickle(out.toByteArray()));
        assertEquals(7, reader.header().lastIndex());
        for (int i = 0; i < 3000; i++) {
            assertTrue(reader.next());
            assertEquals(2, reader.type());
            assertEquals("key" + i, reader.value(DirEntry.CODEC).key());
        }
        assertTrue(reader.next());
        reader.skip(); // enterprise
        assertEquals(out.size(), reader.position());
        assertTrue(!reader.next());
    }

    @Test
    void recordsOfNoSnapshotAreRefused() throws IOException {
        for (int type : new int[] {1, 8, 50}) {
            var out = new ByteArrayOutputStream();
            var writer = new SnapshotWriter(new SnapshotHeader(7), out);
            writer.write(type, DirEntry.CODEC, DirEntry.ZERO);
            writer.flush();
            var reader = new SnapshotReader(new ByteArrayInputStream(out.toByteArray()));
            assertTrue(reader.next());
            assertEquals("Unrecognized msg type " + type,
                    assertThrows(DecodeException.class, reader::skip).getMessage());
        }
    }

    private static String refused(byte[] archive) {
        return refused(archive, 1000);
    }

    private static String refused(byte[] archive, long longest) {
        return assertThrows(IOException.class, () -> SnapshotArchive.read(new ByteArrayInputStream(archive), longest,
                in -> in.transferTo(OutputStream.nullOutputStream()))).getMessage();
    }

    @Test
    @DisplayName("transport rows 124, 125, 127: what is no gzip data, or has something behind it")
    void refusesWhatIsNotGzip() throws IOException {
        assertEquals("failed to decompress snapshot: EOF", refused(new byte[0]));
        assertEquals("failed to decompress snapshot: unexpected EOF", refused("hello".getBytes()));
        assertEquals("failed to decompress snapshot: gzip: invalid header", refused("hello, world".getBytes()));
        byte[] whole = written(META, STATE, NOW);
        assertEquals("unexpected EOF", refused(join(whole, "xx".getBytes())));
        assertEquals("gzip: invalid header", refused(join(whole, "xxxxxxxxxxx".getBytes())));
        assertEquals("3 unread uncompressed bytes remain", refused(join(whole, gzip("abc".getBytes()))));
    }

    @Test
    @DisplayName("transport row 126: an archive may be cut anywhere, and is never taken for a whole one")
    void refusesEveryCut() throws IOException {
        byte[] whole = recorded("empty");
        var errors = new TreeSet<String>();
        for (int cut = 0; cut < whole.length; cut++) {
            errors.add(refused(Arrays.copyOf(whole, cut), 1 << 20));
        }
        String file = "failed to read snapshot file: ";
        assertEquals(Set.of("failed to decompress snapshot: EOF", "failed to decompress snapshot: unexpected EOF",
                file + "failed reading snapshot: unexpected EOF",
                file + "failed to read snapshot metadata: unexpected EOF",
                file + "failed to read or write snapshot data: unexpected EOF",
                file + "failed to read snapshot hashes: unexpected EOF", "unexpected EOF"), errors);
    }

    @Test
    @DisplayName("one changed bit anywhere is noticed, but for a few that mean nothing")
    void noticesFlippedBits() throws IOException {
        byte[] whole = written(META, STATE, NOW);
        int meaningless = 0;
        for (int at = 10; at < whole.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = whole.clone();
                flipped[at] ^= (byte) (1 << bit);
                var state = new ByteArrayOutputStream();
                try {
                    assertEquals(META, SnapshotArchive.read(new ByteArrayInputStream(flipped), 1000,
                            in -> in.transferTo(state)));
                    assertArrayEquals(STATE, state.toByteArray());
                    meaningless++;
                } catch (IOException e) {
                    // Noticed.
                }
            }
        }
        assertTrue(meaningless < 16, meaningless + " bits changed nothing");
    }

    @Test
    @DisplayName("sums that are wrong, too many, missing or unreadable")
    void refusesWrongSums() throws IOException {
        byte[] meta = "{\"Version\":1,\"Size\":5}".getBytes(StandardCharsets.US_ASCII);
        String sumOfMeta = sum(meta) + "  meta.json\n";
        String sumOfState = sum(STATE) + "  state.bin\n";
        String failed = "failed to read snapshot file: failed checking integrity of snapshot: ";
        assertEquals(5, read(tar(meta, STATE, sumOfState + sumOfMeta)).size());
        assertEquals(failed + "hash check failed for \"state.bin\"",
                refused(tar(meta, "other".getBytes(), sumOfMeta + sumOfState)));
        assertEquals(failed + "hash check failed for \"meta.json\"",
                refused(tar("{}".getBytes(), STATE, sumOfMeta + sumOfState)));
        assertEquals(failed + "file missing for \"state.bin\"", refused(tar(meta, STATE, sumOfMeta)));
        assertEquals(failed + "list missing hash for \"more\"",
                refused(tar(meta, STATE, sumOfMeta + sumOfState + sum(STATE) + "  more\n")));
        assertEquals(failed + "expected a line of 64 hexadecimal digits and a name, not \"rubbish\"",
                refused(tar(meta, STATE, "rubbish")));
        assertEquals(failed + "file missing for \"meta.json\"",
                refused(gzip(join(file("SHA256SUMS", sum(new byte[0]) + "  state.bin\n"), new byte[1024]))));
    }

    @Test
    @DisplayName("files that do not belong there, that come twice, or that are too long")
    void refusesWrongFiles() throws IOException {
        String failed = "failed to read snapshot file: ";
        assertEquals(failed + "unexpected file \"../etc/passwd\" in snapshot",
                refused(gzip(file("../etc/passwd", "x"))));
        assertEquals(failed + "file \"state.bin\" comes twice in snapshot",
                refused(gzip(join(file("state.bin", "x"), file("state.bin", "x")))));
        assertEquals(failed + "failed to read snapshot data: state.bin has 1001 bytes, more than the limit of 1000",
                refused(gzip(new TarHeader("state.bin", 1001).encode(0))));
        assertEquals(failed + "failed to read snapshot metadata: meta.json has 1048577 bytes, more than the limit of "
                + "1048576", refused(gzip(new TarHeader("meta.json", (1 << 20) + 1).encode(0))));
        assertEquals(failed + "failed reading snapshot: archive/tar: invalid tar header",
                refused(gzip("x".repeat(512).getBytes())));
        assertEquals(failed + "failed to decode snapshot metadata: at character 1: the end, expected a name",
                refused(gzip(file("meta.json", "{"))));
    }

    @Test
    @DisplayName("random bytes, compressed and not, end in an error")
    void survivesRandomBytes() throws IOException {
        var random = new Random(SEED);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[random.nextInt(2000)];
            random.nextBytes(bytes);
            refused(bytes);
            refused(gzip(bytes));
        }
    }

    @Test
    void aStateOfAnotherLengthIsNotWritten() {
        var error = assertThrows(IOException.class, () -> written(META.withSize(6), STATE, NOW));
        assertEquals("the state has 5 bytes, not the 6 announced", error.getMessage());
    }

    private static SnapshotMeta read(byte[] archive) throws IOException {
        return SnapshotArchive.read(new ByteArrayInputStream(archive), 1000, in -> { });
    }

    private static byte[] tar(byte[] meta, byte[] state, String sums) throws IOException {
        return gzip(join(file("meta.json", new String(meta, StandardCharsets.US_ASCII)),
                file("state.bin", new String(state, StandardCharsets.US_ASCII)), file("SHA256SUMS", sums),
                new byte[1024]));
    }

    private static byte[] file(String name, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
        return join(new TarHeader(name, bytes.length).encode(0), bytes, new byte[-bytes.length & 511]);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        List.of(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static String sum(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
