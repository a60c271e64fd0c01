package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every limit from both sides, and announcements that must not be believed.
class DecodeLimitsTest {
    private static final DecodeLimits WIDE =
            new DecodeLimits(1000, Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

    @Test
    void defaultsAreThese() {
        assertEquals(new DecodeLimits(64, 67_108_864, 4_194_304, 268_435_456), DecodeLimits.DEFAULT);
        assertEquals(new DecodeLimits(16, 65_536, 1_024, 131_072), DecodeLimits.HEADER);
    }

    @Test
    void limitsOutOfRangeAreRefusedByName() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> WIDE.withDepth(0)).getMessage()
                .startsWith("depth is 0"));
        assertThrows(IllegalArgumentException.class, () -> WIDE.withDepth(1001));
        assertThrows(IllegalArgumentException.class, () -> WIDE.withString(-1));
        assertThrows(IllegalArgumentException.class, () -> WIDE.withElements(-1));
        assertThrows(IllegalArgumentException.class, () -> WIDE.withTotal(-1));
    }

    @Test
    void nestingMayReachTheDepth() throws IOException {
        byte[] three = hex("919190");

        MsgpackReader.of(three, WIDE.withDepth(3)).readAny();
        MsgpackReader.of(three, WIDE.withDepth(3)).skipValue();
        assertRefused("message nests deeper than the limit `depth` of 2",
                () -> MsgpackReader.of(three, WIDE.withDepth(2)).readAny());
        assertRefused("message nests deeper than the limit `depth` of 2",
                () -> MsgpackReader.of(three, WIDE.withDepth(2)).skipValue());
    }

    @Test
    void structsCountTowardsTheDepth() throws IOException {
        byte[] message = hex("81a6446972456e7480"); // {DirEnt: {}}

        KVSRequest.CODEC.decode(MsgpackReader.of(message, WIDE.withDepth(2)));
        assertRefused("message nests deeper than the limit `depth` of 1",
                () -> KVSRequest.CODEC.decode(MsgpackReader.of(message, WIDE.withDepth(1))));
    }

    /// A part that is zero is recognised as a whole, and counts all the same.
    @Test
    void zeroPartsCountTowardsTheDepth() throws IOException {
        MsgpackWriter out = new MsgpackWriter();
        HealthCheck.CODEC.encode(HealthCheck.ZERO, out);
        byte[] message = out.toByteArray();

        HealthCheck check = HealthCheck.CODEC.decode(MsgpackReader.of(message, WIDE.withDepth(2)));
        assertSame(HealthCheckDefinition.ZERO, check.definition());
        assertRefused("message nests deeper than the limit `depth` of 1",
                () -> HealthCheck.CODEC.decode(MsgpackReader.of(message, WIDE.withDepth(1))));

        out.reset();
        ServiceNode.CODEC.encode(ServiceNode.ZERO, out); // three levels: ServiceProxy.MeshGateway
        byte[] deeper = out.toByteArray();
        assertSame(ConnectProxyConfig.ZERO,
                ServiceNode.CODEC.decode(MsgpackReader.of(deeper, WIDE.withDepth(3))).serviceProxy());
        assertRefused("message nests deeper than the limit `depth` of 2",
                () -> ServiceNode.CODEC.decode(MsgpackReader.of(deeper, WIDE.withDepth(2))));
    }

    @Test
    void aMegabyteOfNestedListsDoesNotOverflowTheStack() {
        byte[] nested = new byte[1 << 20];
        Arrays.fill(nested, (byte) 0x91);

        assertRefused("message nests deeper than the limit `depth` of 1000",
                () -> MsgpackReader.of(nested, WIDE).skipValue());
        assertRefused("message nests deeper than the limit `depth` of 1000",
                () -> MsgpackReader.of(nested, WIDE).readAny());
    }

    @Test
    void stringsMayReachTheirLimit() throws IOException {
        byte[] five = hex("a568656c6c6f");

        assertEquals("hello", MsgpackReader.of(five, WIDE.withString(5)).readString());
        assertEquals(5, MsgpackReader.of(five, WIDE.withString(5)).readBytes().length());
        assertRefused("string of 5 bytes, longer than the limit `string` of 4",
                () -> MsgpackReader.of(five, WIDE.withString(4)).readString());
        assertRefused("string of 5 bytes, longer than the limit `string` of 4",
                () -> MsgpackReader.of(five, WIDE.withString(4)).readBytes());
    }

    @Test
    void elementsOfAllListsAndMapsAreCountedTogether() throws IOException {
        byte[] four = hex("9291c091c0"); // [[nil], [nil]]

        MsgpackReader.of(four, WIDE.withElements(4)).readAny();
        assertRefused("message has at least 4 list elements and map entries, more than the limit `elements` of 3",
                () -> MsgpackReader.of(four, WIDE.withElements(3)).readAny());
    }

    @Test
    void tooManyElementsAreRefusedBeforeTheyCome() {
        assertRefused("message has at least 4294967295 list elements and map entries, more than the limit `elements`"
                + " of 4194304", () -> MsgpackReader.of(hex("ddffffffff"), DecodeLimits.DEFAULT).readAny());
    }

    @Test
    void theWholeMessageMayReachItsLimit() throws IOException {
        byte[] eight = hex("92a26869cd0100c0"); // ["hi", 256], nil

        for (long total = 0; total < 7; total++) {
            DecodeLimits limits = WIDE.withTotal(total);
            assertTrue(assertThrows(DecodeException.class, () -> stream(eight, limits).readAny()).getMessage()
                    .endsWith("more than the limit `total` of " + total));
            assertThrows(DecodeException.class, () -> stream(eight, limits).skipValue());
            assertThrows(DecodeException.class, () -> MsgpackReader.of(eight, limits).readAny());
        }
        MsgpackReader in = stream(eight, WIDE.withTotal(7));
        in.readAny();
        in.startMessage(); // a new account
        in.readAny();
        assertTrue(in.atEnd());
    }

    @Test
    void aMessageOverTheLimitIsNotWaitedFor() {
        byte[] announcement = hex("da0400"); // 1024 bytes to come, none there

        assertRefused("message needs at least 1027 bytes, more than the limit `total` of 1000",
                () -> stream(announcement, WIDE.withTotal(1000)).readString());
    }

    /// Each loop would need gigabytes if the announced length were believed.
    @ParameterizedTest
    @ValueSource(strings = {"db7fffffff", "dbffffff00", "c67fffffff", "ddffffffff", "dfffffffff", "c97fffffff05"})
    void announcedLengthsAreNotAllocated(String announcement) {
        byte[] bytes = hex(announcement + "a161c0");
        for (int i = 0; i < 1000; i++) {
            assertThrows(IOException.class, () -> stream(bytes, WIDE).readAny());
            assertThrows(IOException.class, () -> stream(bytes, WIDE).readBytes());
            assertThrows(IOException.class, () -> stream(bytes, WIDE).readList(MsgpackReader::readString));
            assertThrows(EOFException.class, () -> stream(bytes, WIDE).skipValue());
            assertThrows(IOException.class, () -> IndexedDirEntries.CODEC.decode(stream(bytes, WIDE)));
        }
    }

    @Test
    void longStringsComeInPieces() throws IOException {
        MsgpackWriter out = new MsgpackWriter();
        String text = "0123456789".repeat(10_000);
        out.writeString(text);
        out.writeString("next");

        for (MsgpackReader in : new MsgpackReader[] {stream(out.toByteArray(), WIDE),
                new MsgpackReader(new Trickle(out.toByteArray()), WIDE)}) {
            assertEquals(text, in.readString());
            assertEquals("next", in.readString());
            assertTrue(in.atEnd());
        }
    }

    @Test
    void aNameLongerThanTheBufferIsAnUnknownField() throws IOException {
        MsgpackWriter out = new MsgpackWriter();
        out.writeMapHeader(2);
        out.writeString("x".repeat(Source.BUFFER + 1));
        out.writeNil();
        out.writeString("Token");
        out.writeString("t");

        assertEquals(new WriteRequest("t"), WriteRequest.CODEC.decode(stream(out.toByteArray(), WIDE)));
    }

    @Test
    void theEndOfTheStreamIsSeenAtAMessageBorderOnly() throws IOException {
        MsgpackReader in = stream(hex("8080"), DecodeLimits.HEADER);

        assertFalse(in.atEnd());
        assertEquals(Empty.ZERO, Empty.CODEC.decode(in));
        assertFalse(in.atEnd());
        assertEquals(Empty.ZERO, Empty.CODEC.decode(in));
        assertTrue(in.atEnd());
        assertTrue(in.atEnd());
        assertEquals("EOF", assertThrows(EOFException.class, () -> Empty.CODEC.decode(in)).getMessage());
    }

    private static MsgpackReader stream(byte[] bytes, DecodeLimits limits) {
        return new MsgpackReader(new ByteArrayInputStream(bytes), limits);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static void assertRefused(String message, Executable reading) {
        assertEquals(message, assertThrows(DecodeException.class, reading).getMessage());
    }
}
