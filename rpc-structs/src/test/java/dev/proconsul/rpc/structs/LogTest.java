package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The types of the replicated log: commands, and records of recorded snapshots.
class LogTest {
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @ValueSource(strings = {"empty", "kv", "mixed"})
    @DisplayName("snapshots of Consul 1.10.1 are read and written again")
    void snapshotsOfConsulAreReadAndWrittenAgain(String name) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (JsonObject record : Vectors.records("snapshot/" + name + ".state.jsonl")) {
            byte[] bytes = HEX.parseHex(record.get("hex").getAsString());
            if (record.get("kind").getAsString().equals("header")) {
                assertTrue(check(SnapshotHeader.CODEC, bytes).lastIndex() > 0);
                continue;
            }
            LogType type = LogTypes.numbered(record.get("type").getAsInt()).orElseThrow();
            assertEquals(record.get("type_name").getAsString(), type.name());
            check(type.snapshot().orElseThrow().codec(), bytes);
            counts.merge(type.name(), 1, Integer::sum);
        }
        assertTrue(counts.getOrDefault("Index", 0) > 5, counts::toString);
        System.out.println("snapshot " + name + ": " + counts);
    }

    private static <T> T check(Codec<T> codec, byte[] bytes) throws IOException {
        MsgpackReader in = MsgpackReader.of(bytes, DecodeLimits.DEFAULT);
        T value = codec.decode(in);
        assertEquals(bytes.length, in.position());
        MsgpackWriter out = new MsgpackWriter();
        codec.encode(value, out);
        assertEquals(HEX.formatHex(new OlderForm(bytes, true).of(codec.shape())),
                HEX.formatHex(new OlderForm(out.toByteArray(), true).of(codec.shape())));
        return value;
    }

    static List<LogType> commands() {
        return LogTypes.all().stream().filter(type -> type.command().isPresent()).toList();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandIsWrittenAndReadAgain(LogType type) throws IOException {
        LogType.Payload<?> command = type.command().orElseThrow();
        Object payload = command.protobuf() ? Bytes.of((byte) 1, (byte) 0xc1)
                : command.codec().shape() instanceof Shape.ListOf ? List.of(new Samples(9).of(Coordinate.CODEC))
                        : new Samples(9).of(command.codec());
        LogCommand before = new LogCommand(type, true, payload);

        Bytes data = before.encode();

        assertEquals(Optional.of(before), LogCommand.decode(data, DecodeLimits.DEFAULT));
        assertEquals((byte) (type.number() | 128), data.toByteArray()[0]);
    }

    @ParameterizedTest
    @CsvSource({
        "0, RegisterRequest, RegisterRequest", "1, DeregisterRequest,", "2, KVSRequest, DirEntry",
        "3, SessionRequest, Session", "4,,", "5, TombstoneRequest, DirEntry",
        "6, ListOf[element=Coordinate], ListOf[element=Coordinate]", "7, PreparedQueryRequest, PreparedQuery",
        "8, TxnRequest,", "9, AutopilotSetConfigRequest, AutopilotConfig", "10,,", "11, ACLTokenBootstrapRequest,",
        "12, IntentionRequest, Intention", "13, CARequest, CARoot", "14,, CAConsulProviderState",
        "15,, CAConfiguration", "16,, IndexEntry", "17, ACLTokenBatchSetRequest, ACLToken",
        "18, ACLTokenBatchDeleteRequest,", "19, ACLPolicyBatchSetRequest, ACLPolicy",
        "20, ACLPolicyBatchDeleteRequest,", "21, CALeafRequest,", "22, ConfigEntryRequest, ConfigEntryRequest",
        "23, ACLRoleBatchSetRequest, ACLRole", "24, ACLRoleBatchDeleteRequest,",
        "25, ACLBindingRuleBatchSetRequest, ACLBindingRule", "26, ACLBindingRuleBatchDeleteRequest,",
        "27, ACLAuthMethodBatchSetRequest, ACLAuthMethod", "28, ACLAuthMethodBatchDeleteRequest,",
        "29,, ChunkingState", "30, FederationStateRequest, FederationStateRequest",
        "31, SystemMetadataRequest, SystemMetadataEntry", "32,, ServiceVirtualIP", "33,, FreeVirtualIP",
        "34,, KindServiceName", "35, BYTES, BYTES", "36, BYTES,", "37, BYTES,", "38, BYTES, BYTES", "39, BYTES,",
        "40, BYTES, BYTES", "41,,", "42, BYTES, BYTES", "43, ServiceVirtualIP,"})
    @DisplayName("payloads and records are those of endpoints sections 7.1 and 7.2")
    void everyTypeHasItsPayloadAndItsRecord(int number, @Nullable String command, @Nullable String snapshot) {
        LogType type = LogTypes.numbered(number).orElseThrow();

        assertEquals(Optional.ofNullable(command), type.command().map(payload -> payload.codec().shape().toString()));
        assertEquals(Optional.ofNullable(snapshot), type.snapshot().map(payload -> payload.codec().shape().toString()));
    }

    @Test
    @DisplayName("numbers stand for the commands of endpoints section 7.1")
    void numbersStandForTheirCommands() {
        assertEquals(IntStream.range(0, 44).boxed().toList(), LogTypes.all().stream().map(LogType::number).toList());
        assertEquals("22 ConfigEntry", LogTypes.numbered(22).orElseThrow().toString());
        assertEquals(Optional.empty(), LogTypes.numbered(64));
    }

    @Test
    void aKeyIsWrittenAsConsulDoes() throws IOException {
        KVSRequest request = KVSRequest.ZERO.withDatacenter("dc1");
        Bytes data = new LogCommand(LogTypes.numbered(2).orElseThrow(), false, request).encode();
        MsgpackWriter out = new MsgpackWriter();
        KVSRequest.CODEC.encode(request, out);

        assertEquals(2, data.toByteArray()[0]);
        assertArrayEquals(out.toByteArray(), Arrays.copyOfRange(data.toByteArray(), 1, data.length()));
    }

    @Test
    void unknownTypesAreIgnoredOnlyIfTheyMayBe() throws IOException {
        assertEquals(Optional.empty(), LogCommand.decode(Bytes.of((byte) (128 + 99)), DecodeLimits.DEFAULT));
        assertEquals("log entry of type 99, which is no command", assertThrows(DecodeException.class,
                () -> LogCommand.decode(Bytes.of((byte) 99), DecodeLimits.DEFAULT)).getMessage());
        assertEquals("log entry of type 16 Index, which is no command", assertThrows(DecodeException.class,
                () -> LogCommand.decode(Bytes.of((byte) 16, (byte) 0x80), DecodeLimits.DEFAULT)).getMessage());
        assertThrows(EOFException.class, () -> LogCommand.decode(Bytes.EMPTY, DecodeLimits.DEFAULT));
    }

    @Test
    void whatIsNoCommandIsNotWritten() {
        LogType index = LogTypes.numbered(16).orElseThrow();

        assertThrows(IllegalArgumentException.class, new LogCommand(index, false, IndexEntry.ZERO)::encode);
        assertFalse(index.command().isPresent());
        assertThrows(ClassCastException.class,
                new LogCommand(LogTypes.numbered(2).orElseThrow(), false, IndexEntry.ZERO)::encode);
    }
}
