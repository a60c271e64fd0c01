package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.ToNumberPolicy;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The JSON view, as a command line would use it.
class JsonTest {
    private static final Gson GSON = new GsonBuilder().serializeNulls()
            .setObjectToNumberStrategy(ToNumberPolicy.LAZILY_PARSED_NUMBER).create();

    @Test
    void aKeyLooksAsInConsulsHttpApi() {
        DirEntry entry = new DirEntry(2, "app/x", 42, Bytes.ofUtf8("hello"), "", new RaftIndex(7, 9));

        assertEquals("{\"LockIndex\":2,\"Key\":\"app/x\",\"Flags\":42,\"Value\":\"aGVsbG8\\u003d\",\"Session\":\"\","
                + "\"CreateIndex\":7,\"ModifyIndex\":9}", GSON.toJson(DirEntry.CODEC.toJson(entry)));
    }

    @Test
    void nilIsNullAndEmptyIsNot() {
        Map<?, ?> nil = (Map<?, ?>) Session.CODEC.toJson(Session.ZERO.withChecks(List.of()));

        assertNull(nil.get("NodeChecks"));
        assertEquals(List.of(), nil.get("Checks"));
    }

    @Test
    void namesAreTakenInAnyCaseAndDurationsAsText() throws JsonShapeException {
        KeyRequest request = parse(KeyRequest.CODEC,
                "{\"key\": \"app\", \"DATACENTER\": \"dc1\", \"maxQueryTime\": \"1m30s\", \"MaxAge\": 5}");

        assertEquals(KeyRequest.ZERO.withKey("app").withDatacenter("dc1").withQueryOptions(QueryOptions.DEFAULT
                .withMaxQueryTime(Duration.ofSeconds(90)).withMaxAge(Duration.ofNanos(5))), request);
    }

    @Test
    void numbersBeyondALongSurvive() throws JsonShapeException {
        RaftIndex index = parse(RaftIndex.CODEC, "{\"CreateIndex\": 18446744073709551615}");

        assertEquals(-1, index.createIndex());
        assertEquals(new BigInteger("18446744073709551615"),
                ((Map<?, ?>) RaftIndex.CODEC.toJson(index)).get("CreateIndex"));
        assertEquals(-1, parse(RaftIndex.CODEC, "{\"CreateIndex\": \"18446744073709551615\"}").createIndex());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"Datacentre": "x"}          | unknown field Datacentre of KVSRequest, expected perhaps Datacenter
            {"x": "x"}                   | unknown field x of KVSRequest, expected one of Datacenter, Op, DirEnt, Token
            {"DirEnt": {"Kez": "x"}}     | DirEnt: unknown field Kez of DirEntry, expected perhaps Key
            {"DirEnt": {"Value": "%"}}   | DirEnt.Value: found "%", expected a byte string in base64
            {"DirEnt": {"Flags": -1}}    | DirEnt.Flags: found -1, expected an integer from 0 of 64 bits
            {"DirEnt": {"Flags": 1e99}}  | DirEnt.Flags: found 1e99, expected an integer from 0 of 64 bits
            {"DirEnt": {"Flags": 1.5}}   | DirEnt.Flags: found 1.5, expected an integer from 0 of 64 bits
            {"DirEnt": {"Flags": []}}    | DirEnt.Flags: found a list, expected an integer from 0 of 64 bits
            {"DirEnt": "x"}              | DirEnt: found "x", expected an object with the fields of DirEntry
            {"Op": 5}                    | Op: found 5, expected a string
            []                           | found a list, expected an object with the fields of KVSRequest
            """)
    void whatDoesNotFitIsNamed(String json, String message) {
        assertEquals(message, assertThrows(JsonShapeException.class, () -> parse(KVSRequest.CODEC, json)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"0,0", "10s,10000000000", "1m30s,90000000000", "-1.5s,-1500000000", "300ms,300000000",
        "1h,3600000000000",
        ".5us,500", "1.000000001s,1000000001", "+2ns,2", "3µs,3000"})
    void durationsAreReadAsGoDoes(String text, long nanos) throws JsonShapeException {
        assertEquals(Duration.ofNanos(nanos), parse(Session.CODEC, "{\"LockDelay\": \"" + text + "\"}").lockDelay());
    }

    @ParameterizedTest
    @CsvSource({"''", "10", "s", "1x", "1s2", "--1s", "9999999h", "1s 2s"})
    void noDurationsAreRefused(String text) {
        assertEquals("LockDelay: found \"" + text + "\", expected a duration as text (1m30s) or as nanoseconds",
                assertThrows(JsonShapeException.class,
                        () -> parse(Session.CODEC, "{\"LockDelay\": \"" + text + "\"}")).getMessage());
    }

    @Test
    void repliesThatAreNoStructsHaveAViewToo() throws JsonShapeException {
        assertEquals(List.of("a"), Codecs.STRINGS.toJson(List.of("a")));
        assertEquals(true, Codecs.BOOL.toJson(true));
        assertEquals("x", Codecs.STRING.fromJson("x"));
        assertThrows(JsonShapeException.class, () -> Codecs.BOOL.fromJson(null));
    }

    private static <T> T parse(Codec<T> codec, String json) throws JsonShapeException {
        return codec.fromJson(GSON.fromJson(json, Object.class));
    }
}
