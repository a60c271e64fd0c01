package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Values that stand in a byte string: messages with config entries, and others (transport section 5.6).
class ConfigEntryTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final ServiceConfigEntry WEB =
            ServiceConfigEntry.ZERO.withKind("service-defaults").withName("web").withProtocol("http");
    private static final ProxyConfigEntry GLOBAL =
            ProxyConfigEntry.ZERO.withKind("proxy-defaults").withName("global").withConfig(Map.of("a", 1L));

    /// The six fields of metadata of 1.10.1, recorded; then the one that is newer.
    private static final String META = "a74261636b656e6400b0436f6e73697374656e63794c6576656ca0a5496e64657800"
            + "ab4b6e6f776e4c6561646572c2ab4c617374436f6e7461637400ab4e6f744d6f646966696564c2"
            + "b5526573756c747346696c74657265644279" + "41434c73c2";

    @Test
    void emptyRepliesAreRecordedSo() throws IOException {
        // The recorded ones lack the newest field: 86 for 87, and 004b for the length.
        assertEquals("da0062a087" + META, encode(ConfigEntryResponse.CODEC, ConfigEntryResponse.ZERO));
        assertEquals("da00620087" + META, encode(IndexedGenericConfigEntries.CODEC, IndexedGenericConfigEntries.ZERO));
        String older = "86" + META.substring(0, META.length() - 2 * 23);
        assertEquals(ConfigEntryResponse.ZERO, decode(ConfigEntryResponse.CODEC, "da004ba0" + older));
        assertEquals(IndexedGenericConfigEntries.ZERO,
                decode(IndexedGenericConfigEntries.CODEC, "da004b00" + older));
    }

    @Test
    void aProxyIsAByteStringWithinAByteString() throws IOException {
        ConfigEntryRequest request = ConfigEntryRequest.ZERO.withDatacenter("dc1").withEntry(GLOBAL);

        String hex = encode(ConfigEntryRequest.CODEC, request);

        assertTrue(hex.startsWith("ae70726f78792d64656661756c7473"
                + "84aa4461746163656e746572a3646331a5456e747279da", 6), hex);
        assertEquals(request, decode(ConfigEntryRequest.CODEC, hex));
        assertEquals(request, decode(ConfigEntryRequest.CODEC, hex.replaceFirst("da", "c5")), "binary is taken too");
    }

    @Test
    void protobufStandsInAByteString() throws IOException {
        Bytes message = Bytes.of(HEX.parseHex("12026e312a016a"));

        assertEquals("a712026e312a016a", encode(AutoConfig.INITIAL_CONFIGURATION.request(), message));
        assertEquals(message, decode(AutoConfig.INITIAL_CONFIGURATION.reply(), "c40712026e312a016a"));
    }

    @Test
    void mapsMayHaveStructsAsKeys() throws IOException {
        BoundAPIGatewayConfigEntry entry =
                BoundAPIGatewayConfigEntry.ZERO.withServices(Map.of("web", List.of(ResourceReference.ZERO)));

        String hex = encode(BoundAPIGatewayConfigEntry.CODEC, entry);

        assertTrue(hex.contains("a8536572766963657381" + "81a44e616d65a3776562" + "91"), hex);
        assertEquals(entry, decode(BoundAPIGatewayConfigEntry.CODEC, hex));
    }

    @Test
    void keysThatAreNumbersAreCheckedInJson() throws JsonShapeException {
        assertEquals(Map.of("18446744073709551615", List.of()), ChunkingState.CODEC.fromJson(
                Map.of("ChunkMap", Map.of("18446744073709551615", List.of()))).chunkMap());
        assertEquals("ChunkMap[\"-1\"]: found \"-1\", expected an integer from 0 of 64 bits",
                assertThrows(JsonShapeException.class, () -> ChunkingState.CODEC.fromJson(
                        Map.of("ChunkMap", Map.of("-1", List.of())))).getMessage());
    }

    @Test
    void unsignedIntegersOf32BitsMayReachTheirLimit() throws IOException {
        LeastRequestConfig most = new LeastRequestConfig(0xffff_ffffL);

        assertEquals(most, decode(LeastRequestConfig.CODEC, encode(LeastRequestConfig.CODEC, most)));
        assertEquals("4294967296 is no unsigned integer of 32 bits", assertThrows(IllegalArgumentException.class,
                () -> encode(LeastRequestConfig.CODEC, new LeastRequestConfig(1L << 32))).getMessage());
        assertThrows(IllegalArgumentException.class,
                () -> encode(LeastRequestConfig.CODEC, new LeastRequestConfig(-1)));
    }

    @Test
    void entriesOfAnyKindStandInOneList() throws IOException {
        IndexedGenericConfigEntries list = IndexedGenericConfigEntries.ZERO
                .withEntries(List.of(WEB, GLOBAL, MeshConfigEntry.ZERO, future()));

        assertEquals(list, decode(IndexedGenericConfigEntries.CODEC, encode(IndexedGenericConfigEntries.CODEC, list)));
    }

    @Test
    void anUnknownKindIsKeptAsItCame() throws IOException {
        // Kind "new", a float of 32 bits that would come back as 64, and an integer in a needlessly long form.
        String entry = "82a44e616d65a161a156" + "92ca3fc00000d100000005".substring(0, 18);
        String message = wrap("a36e6577" + entry + "80");

        ConfigEntryResponse response = decode(ConfigEntryResponse.CODEC, message);

        UnknownConfigEntry unknown = (UnknownConfigEntry) response.entry();
        assertEquals(entry, HEX.formatHex(unknown.content().toByteArray()));
        assertEquals(List.of("new", "a"), List.of(unknown.kindName(), unknown.name()));
        assertEquals(wrap("a36e6577" + entry + "87" + META), encode(ConfigEntryResponse.CODEC, response));
    }

    @Test
    void unknownEntriesAreCheckedWhenMade() {
        assertThrows(IllegalArgumentException.class, () -> UnknownConfigEntry.of("mesh", Map.of()));
        for (String content : List.of("", "01", "8080", "81a161")) {
            assertThrows(IllegalArgumentException.class,
                    () -> new UnknownConfigEntry("new", Bytes.of(HEX.parseHex(content))), content);
        }
    }

    @Test
    void oneKindMeansOneKind() {
        IndexedConfigEntries mixed = IndexedConfigEntries.ZERO.withKind("mesh").withEntries(List.of(WEB));

        assertEquals("entries of kind mesh hold one of kind service-defaults",
                assertThrows(IllegalArgumentException.class, () -> encode(IndexedConfigEntries.CODEC, mixed))
                        .getMessage());
    }

    @Test
    void contentThatEndsTooEarlyIsNoEndOfTheStream() {
        assertEquals("EOF", refused(ServiceConfigResponse.CODEC, "a0"));
        assertEquals("EOF", refused(ConfigEntryResponse.CODEC, "a0"));
        assertEquals("unexpected EOF", refused(ConfigEntryResponse.CODEC, "a2a561"));
        assertThrows(EOFException.class, () -> decode(ConfigEntryResponse.CODEC, "a5a561"));
        assertEquals("message announces -1 config entries, expected 0 or more",
                refused(IndexedGenericConfigEntries.CODEC, "a1ff"));
        assertEquals("config entry of an unknown kind starts with hex: 1, expected a map",
                refused(ConfigEntryResponse.CODEC, "a4a16e0180"));
    }

    @Test
    void limitsReachIntoByteStrings() throws IOException {
        byte[] message = HEX.parseHex(wrap("a0" + "81a84772616c6c656c6180")); // nothing, then an unknown field
        byte[] lists = HEX.parseHex(wrap("02" + "a16e80".repeat(2) + "80"));

        DecodeLimits narrow = DecodeLimits.DEFAULT.withElements(2).withDepth(2);
        ConfigEntryResponse.CODEC.decode(MsgpackReader.of(message, narrow));
        IndexedGenericConfigEntries.CODEC.decode(MsgpackReader.of(lists, narrow));
        assertThrows(DecodeException.class, () -> ConfigEntryResponse.CODEC.decode(
                MsgpackReader.of(message, narrow.withDepth(1))));
        assertThrows(DecodeException.class, () -> IndexedGenericConfigEntries.CODEC.decode(
                MsgpackReader.of(lists, narrow.withElements(1))));
        byte[] unknown = HEX.parseHex(wrap("a16e" + "81a16193010203" + "80")); // four elements in the entry
        ConfigEntryResponse.CODEC.decode(MsgpackReader.of(unknown, narrow.withElements(4)));
        assertThrows(DecodeException.class, () -> ConfigEntryResponse.CODEC.decode(
                MsgpackReader.of(unknown, narrow.withElements(3))));
        assertThrows(DecodeException.class, () -> IndexedGenericConfigEntries.CODEC.decode(
                MsgpackReader.of(HEX.parseHex("a5ce7fffffff"), DecodeLimits.DEFAULT)));
    }

    @Test
    void theJsonViewSaysTheKind() throws JsonShapeException {
        Map<?, ?> tree = (Map<?, ?>) ConfigEntryRequest.CODEC.toJson(
                ConfigEntryRequest.ZERO.withEntry(MeshConfigEntry.ZERO.withHash(5)));

        Map<?, ?> entry = (Map<?, ?>) tree.get("Entry");
        assertEquals("mesh", entry.get("Kind"));
        assertEquals(5L, entry.get("Hash"));
        assertEquals(WEB, ConfigEntryRequest.CODEC.fromJson(Map.of("Entry",
                Map.of("kind", "service-defaults", "name", "web", "PROTOCOL", "http"))).entry());
        assertEquals("Entry: found an object, expected a config entry: an object with a member Kind",
                assertThrows(JsonShapeException.class,
                        () -> ConfigEntryRequest.CODEC.fromJson(Map.of("Entry", Map.of("Name", "web")))).getMessage());
    }

    private static UnknownConfigEntry future() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("Name", "x");
        fields.put("Parts", List.of(1L, true));
        return UnknownConfigEntry.of("future", fields);
    }

    private static String wrap(String content) {
        MsgpackWriter out = new MsgpackWriter();
        out.writeBytes(Bytes.of(HEX.parseHex(content)));
        return HEX.formatHex(out.toByteArray());
    }

    private static String refused(Codec<?> codec, String hex) {
        return assertThrows(DecodeException.class, () -> decode(codec, hex)).getMessage();
    }

    private static <T> String encode(Codec<T> codec, T value) {
        MsgpackWriter out = new MsgpackWriter();
        codec.encode(value, out);
        return HEX.formatHex(out.toByteArray());
    }

    private static <T> T decode(Codec<T> codec, String hex) throws IOException {
        return codec.decode(MsgpackReader.of(HEX.parseHex(hex), DecodeLimits.DEFAULT));
    }
}
