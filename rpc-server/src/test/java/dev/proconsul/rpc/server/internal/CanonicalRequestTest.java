package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.Codec;
import dev.proconsul.rpc.structs.JsonShapeException;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.Structs;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The client's side of the recordings: from the recorded request values, the client's codecs make the recorded bytes.
///
/// The recordings are of version 1.10.1. 2.0 added keys to one request, and the codecs write those; without these keys
/// the bytes are the recorded ones.
class CanonicalRequestTest {
    /// What 2.0 writes in addition, each with its zero value, and the lengths of the maps they are in.
    private static final Map<String, String> ADDED_TO_DC_SPECIFIC_REQUEST = Map.of(
            key("PeerName") + "a0", "",
            key("DisableNode") + "c2", "",
            key("NodePartition") + "a0", "",
            "de0010" + key("AllowNotModifiedResponse"), "8f" + key("AllowNotModifiedResponse"),
            key("Source") + "86", key("Source") + "84");
    /// Recorded only to be refused, and not described by our schema.
    private static final String UNKNOWN_STRUCT = "CASignRequest";

    @TestFactory
    Stream<DynamicTest> requests() throws IOException {
        return Transcript.all().stream()
                .flatMap(record -> Stream.concat(record.calls().stream(), record.trigger().stream())
                .filter(call -> call.request() != null && !call.struct().equals(UNKNOWN_STRUCT))
                .map(call -> DynamicTest.dynamicTest(record.id() + " " + call.method(), () -> encodes(call))));
    }

    private static void encodes(Transcript.Call call) throws JsonShapeException {
        var codec = Structs.named(call.struct()).orElseThrow(() -> new AssertionError("no struct " + call.struct()));
        assertEquals(Wire.HEX.formatHex(call.header()), Wire.HEX.formatHex(Requests.header(call.seq(), call.method())));
        assertEquals(Wire.HEX.formatHex(call.body()), asOf1_10(call.struct(), encode(codec, call.request())));
    }

    private static <T> byte[] encode(Codec<T> codec, JsonElement request) throws JsonShapeException {
        Object value = codec.fromJson(tree(request));
        if (value instanceof KVSRequest write && request.toString().contains("\"Value\":{\"$b64\":\"\"}")) {
            // Empty, not nil: a difference that our JSON form does not have.
            value = write.withDirEnt(write.dirEnt().withValue(Bytes.EMPTY));
        }
        @SuppressWarnings("unchecked") // what the codec made is what the codec takes
        T same = (T) value;
        return Requests.encode(codec, same);
    }

    private static String asOf1_10(String struct, byte[] body) {
        var hex = Wire.HEX.formatHex(body);
        if (struct.equals("DCSpecificRequest")) {
            for (var key : ADDED_TO_DC_SPECIFIC_REQUEST.entrySet()) {
                assertTrue(hex.contains(key.getKey()), key::toString);
                hex = hex.replace(key.getKey(), key.getValue());
            }
        }
        return hex;
    }

    private static String key(String name) {
        return Wire.HEX.formatHex(Requests.text(name));
    }

    /// The recordings wrap byte strings; our JSON form does not.
    private static Object tree(JsonElement json) {
        if (json.isJsonNull()) {
            return null;
        }
        if (json.isJsonArray()) {
            var list = new ArrayList<Object>();
            json.getAsJsonArray().forEach(element -> list.add(tree(element)));
            return list;
        }
        if (json.isJsonObject()) {
            if (json.getAsJsonObject().has("$b64")) {
                return json.getAsJsonObject().get("$b64").getAsString();
            }
            var map = new LinkedHashMap<String, Object>();
            json.getAsJsonObject().entrySet().forEach(entry -> map.put(entry.getKey(), tree(entry.getValue())));
            return map;
        }
        var primitive = json.getAsJsonPrimitive();
        if (primitive.isBoolean()) {
            return primitive.getAsBoolean();
        }
        return primitive.isString() ? primitive.getAsString() : new BigInteger(primitive.getAsString());
    }
}
