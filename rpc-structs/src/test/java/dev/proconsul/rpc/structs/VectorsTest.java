package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Every message that Consul 1.10.1's own codec was recorded to write or to take.
class VectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    private final Map<String, Integer> counts = new TreeMap<>();
    private final Map<String, Integer> unknown = new TreeMap<>();
    private final Map<String, Set<String>> newer = new TreeMap<>();

    @Test
    @DisplayName("writes what Consul writes, and reads it back (transport row 151)")
    void writesWhatConsulWrites() throws IOException {
        List<Executable> checks = new ArrayList<>();
        for (String file : List.of("msgpack/structs.jsonl", "msgpack/structs_large.jsonl")) {
            for (JsonObject record : Vectors.records(file)) {
                known(record, codec -> checks.add(() -> check(record, codec)));
            }
        }

        assertAll(checks);
        report("structs");
    }

    private <T> void check(JsonObject record, Codec<T> codec) throws IOException {
        String id = record.get("id").getAsString();
        String hex = record.get("hex").getAsString();
        T value = value(record, "value");
        T decoded = record.has("decoded") ? value(record, "decoded") : value;

        if (!record.has("exact") || record.get("exact").getAsBoolean()) {
            String recorded = older(codec, HEX.parseHex(hex), false); // without fields that are no more
            assertEquals(recorded, older(codec, value), () -> id + ": encoded");
        }
        T read = decode(codec, HEX.parseHex(hex), hex.length() / 2);
        assertEquals(decoded, read, () -> id + ": decoded");
        if (record.has("reencodes_to")) {
            assertEquals(older(codec, HEX.parseHex(record.get("reencodes_to").getAsString()), false),
                    older(codec, read), () -> id + ": encoded again");
        } else {
            assertEquals(sorted(codec, encode(codec, decoded)), sorted(codec, encode(codec, read)),
                    () -> id + ": encoded again");
        }
    }

    @Test
    @DisplayName("takes what Consul takes, else refuses it in its words (transport rows 69-76, 85b-85d, 153, 154)")
    void takesWhatConsulTakes() throws IOException {
        List<Executable> checks = new ArrayList<>();
        for (JsonObject record : Vectors.records("msgpack/tolerance.jsonl")) {
            known(record, codec -> checks.add(() -> checkTolerance(record, codec)));
        }

        assertAll(checks);
        report("tolerance");
    }

    private void checkTolerance(JsonObject record, Codec<?> codec) throws IOException {
        String id = record.get("id").getAsString();
        if (Vectors.isRefusedQuirk(id)) {
            assertTrue(record.get("quirk").getAsBoolean(), () -> id + " is no quirk and must be shared");
            assertThrows(AssertionError.class, () -> checkOutcome(record, codec), () -> id + " needs no exception");
        } else {
            checkOutcome(record, codec);
        }
    }

    private <T> void checkOutcome(JsonObject record, Codec<T> codec) throws IOException {
        String id = record.get("id").getAsString();
        byte[] bytes = HEX.parseHex(record.get("hex").getAsString());
        if (!record.get("ok").getAsBoolean()) {
            String error = record.get("error").getAsString();
            MsgpackReader whole = MsgpackReader.of(bytes, DecodeLimits.DEFAULT);
            assertEquals(error, assertThrows(IOException.class, () -> codec.decode(whole), id).getMessage(), id);
            MsgpackReader trickle = new MsgpackReader(new Trickle(bytes), DecodeLimits.DEFAULT);
            assertEquals(error, assertThrows(IOException.class, () -> codec.decode(trickle), id).getMessage(), id);
            return;
        }
        T value = value(record, "value");
        T read = decode(codec, bytes, record.get("consumed").getAsInt());
        assertEquals(value, read, id);
        byte[] again = HEX.parseHex(record.get("canonical_hex").getAsString());
        assertEquals(sorted(codec, again), sorted(codec, encode(codec, read)), () -> id + ": encoded again");
    }

    /// Reads from memory and byte by byte, which must give the same.
    private static <T> T decode(Codec<T> codec, byte[] bytes, int consumed) throws IOException {
        MsgpackReader whole = MsgpackReader.of(bytes, DecodeLimits.DEFAULT);
        T value = codec.decode(whole);
        assertEquals(consumed, whole.position());
        MsgpackReader trickle = new MsgpackReader(new Trickle(bytes), DecodeLimits.DEFAULT);
        assertEquals(value, codec.decode(trickle));
        assertEquals(consumed, trickle.position());
        return value;
    }

    @Test
    @DisplayName("knows Consul's fields, their wire order and their places in the array form")
    void knowsConsulsFields() throws IOException {
        Vectors.object("msgpack/fields.json").asMap().forEach((struct, fields) -> {
            Codec<?> codec = Vectors.codec(struct).orElseThrow(() -> new AssertionError("no struct " + struct));
            List<String> consuls = fields.getAsJsonArray().asList().stream().map(JsonElement::getAsJsonObject)
                    .sorted(Comparator.comparing(field -> field.get("position").getAsInt()))
                    .filter(field -> !Vectors.isDropped(struct, field.get("name").getAsString()))
                    .map(VectorsTest::describe).toList();
            List<String> ours = ((Shape.Struct) codec.shape()).fields().stream().filter(f -> f.since().isEmpty())
                    .map(f -> f.name() + " " + describe(f.shape()) + (f.omitEmpty() ? " omitted" : "")).toList();
            assertEquals(consuls, ours, struct);
        });
    }

    private static String describe(JsonObject field) {
        boolean omitted = field.has("omit_if_empty") && field.get("omit_if_empty").getAsBoolean();
        String type = field.get("type").getAsString();
        String struct = type.substring(type.lastIndexOf(' ') + 1);
        String renamed = !type.contains("struct ") ? type
                : type.replace("struct " + struct, "struct " + Vectors.renamed(struct));
        return field.get("name").getAsString() + " " + renamed + (omitted ? " omitted" : "");
    }

    private static String describe(Shape shape) {
        return switch (shape) {
            case Shape.Scalar scalar -> scalar.name().toLowerCase(java.util.Locale.ROOT);
            case Shape.Pointer(Shape value) -> "ptr " + describe(value);
            case Shape.ListOf(Shape element) -> "list of " + describe(element);
            case Shape.MapOf(Shape value) -> "map to " + describe(value);
            case Shape.Struct struct -> "struct " + struct.name();
            case Shape.KeyedMap _ -> throw new AssertionError("not recorded: " + shape);
            case Shape.Variant _ -> throw new AssertionError("not recorded: " + shape);
        };
    }

    private interface Check {
        void add(Codec<?> codec);
    }

    private void known(JsonObject record, Check check) {
        String struct = record.get("struct").getAsString();
        Vectors.codec(struct).ifPresentOrElse(codec -> {
            counts.merge(struct, 1, Integer::sum);
            check.add(codec);
        }, () -> unknown.merge(struct, 1, Integer::sum));
    }

    private void report(String what) {
        System.out.println(what + ": " + counts.values().stream().mapToInt(n -> n).sum() + " records: " + counts);
        System.out.println(what + ": fields newer than the recorded version, left out of the comparison: " + newer);
        assertEquals(Map.of(), unknown, "structs that the schema does not know");
        assertFalse(counts.isEmpty());
    }

    @SuppressWarnings("unchecked") // the type was found by the same name as the codec
    private static <T> T value(JsonObject record, String member) {
        return (T) Values.build(Vectors.type(record.get("struct").getAsString()), record.get(member));
    }

    private <T> String older(Codec<T> codec, T value) throws IOException {
        return older(codec, encode(codec, value), false);
    }

    private String sorted(Codec<?> codec, byte[] message) throws IOException {
        return older(codec, message, true);
    }

    private String older(Codec<?> codec, byte[] message, boolean sorted) throws IOException {
        OlderForm form = new OlderForm(message, sorted);
        byte[] bytes = form.of(codec.shape());
        form.removed().forEach((struct, fields) -> newer.computeIfAbsent(struct, _ -> new TreeSet<>()).addAll(fields));
        return HEX.formatHex(bytes);
    }

    private static <T> byte[] encode(Codec<T> codec, T value) {
        MsgpackWriter out = new MsgpackWriter();
        codec.encode(value, out);
        return out.toByteArray();
    }
}
