package dev.proconsul.rpc.structs.proto;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Value;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// The messages of the subscription service as Consul 1.10.1 was recorded to write them.
class GrpcVectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    /// Names that Consul changed after 1.10.1; a name is no part of the wire.
    private static final Map<String, String> RENAMED = Map.of("EnterpriseMeta.Tenant", "Partition");

    private static final Map<String, Descriptor> MESSAGES = descriptors();

    @Test
    @DisplayName("knows every recorded field by its number, name and type")
    void knowsEveryRecordedField() throws IOException {
        List<Executable> checks = new ArrayList<>();
        for (var message : object("fields.json").getAsJsonObject("messages").entrySet()) {
            for (JsonElement field : message.getValue().getAsJsonArray()) {
                checks.add(() -> checkField(message.getKey(), field.getAsJsonObject()));
            }
        }

        assertTrue(checks.size() > 150, () -> "only " + checks.size() + " fields");
        assertAll(checks);
    }

    @Test
    void knowsEveryRecordedEnumConstant() throws IOException {
        for (var recorded : object("fields.json").getAsJsonObject("enums").entrySet()) {
            EnumDescriptor known = SubscribeProto.getDescriptor().findEnumTypeByName(recorded.getKey());
            assertNotNull(known, recorded::getKey);
            recorded.getValue().getAsJsonObject().asMap().forEach((name, number) ->
                    assertEquals(number.getAsInt(), known.findValueByName(name).getNumber(), name));
        }
    }

    @Test
    void readsAndWritesEveryRecordedMessage() throws IOException {
        List<Executable> checks = records("messages.jsonl").stream()
                .<Executable>map(message -> () -> checkRoundTrip(message.get("id").getAsString(),
                        MESSAGES.get(message.get("message").getAsString()), message.get("hex").getAsString()))
                .toList();

        assertTrue(checks.size() > 50, () -> "only " + checks.size() + " messages");
        assertAll(checks);
    }

    @Test
    void readsAndWritesEveryEventOfTheRecordedStreams() throws IOException {
        List<Executable> checks = new ArrayList<>();
        for (JsonObject stream : records("streams.jsonl")) {
            String id = stream.get("id").getAsString();
            checks.add(() -> checkRoundTrip(id, SubscribeRequest.getDescriptor(),
                    stream.get("request_hex").getAsString()));
            for (JsonElement event : stream.getAsJsonArray("events")) {
                String hex = event.getAsJsonObject().get("hex").getAsString();
                checks.add(() -> checkRoundTrip(id, Event.getDescriptor(), hex));
            }
        }

        assertTrue(checks.size() > 30, () -> "only " + checks.size() + " messages");
        assertAll(checks);
    }

    @Test
    void callsTheMethodByTheRecordedPath() throws IOException {
        MethodDescriptor<SubscribeRequest, Event> subscribe = StateChangeSubscriptionGrpc.getSubscribeMethod();
        String path = records("streams.jsonl").getFirst().get("path").getAsString();

        assertEquals(path, "/" + subscribe.getFullMethodName());
        assertEquals(MethodDescriptor.MethodType.SERVER_STREAMING, subscribe.getType());
    }

    @Test
    void marshalsMessagesForGrpc() throws IOException {
        Event event = Event.newBuilder().setIndex(7).setEndOfSnapshot(true).build();

        try (InputStream bytes = StateChangeSubscriptionGrpc.getSubscribeMethod().streamResponse(event)) {
            assertArrayEquals(HEX.parseHex("08071001"), bytes.readAllBytes());
        }
        assertEquals(event, StateChangeSubscriptionGrpc.getSubscribeMethod()
                .parseResponse(new ByteArrayInputStream(HEX.parseHex("08071001"))));
    }

    private static void checkField(String message, JsonObject recorded) {
        String id = message + "." + recorded.get("name").getAsString();
        FieldDescriptor field = MESSAGES.get(message).findFieldByNumber(recorded.get("number").getAsInt());

        assertNotNull(field, id);
        assertEquals(RENAMED.getOrDefault(id, recorded.get("name").getAsString()), field.getName(), id);
        assertEquals(recorded.get("type").getAsString(), type(field), id);
        assertEquals(recorded.get("repeated").getAsBoolean(), field.isRepeated() && !field.isMapField(), id);
        assertEquals(recorded.has("oneof"), field.getContainingOneof() != null, id);
    }

    /// A field's type in the words of the recording.
    private static String type(FieldDescriptor field) {
        if (field.isMapField()) {
            List<FieldDescriptor> entry = field.getMessageType().getFields();
            return "map " + type(entry.getFirst()) + " to " + type(entry.getLast());
        }
        return switch (field.getJavaType()) {
            case MESSAGE -> "message " + (MESSAGES.containsValue(field.getMessageType())
                    ? field.getMessageType().getName() : field.getMessageType().getFullName());
            case ENUM -> "enum " + field.getEnumType().getName();
            case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING ->
                    field.getType().name().toLowerCase(Locale.ROOT);
        };
    }

    /// Nothing may be unknown, and what is written again has the same bytes wherever their order is given.
    private static void checkRoundTrip(String id, Descriptor type, String hex) throws IOException {
        byte[] bytes = HEX.parseHex(hex);
        Message message = parse(type, bytes);

        assertNothingUnknown(id, message);
        assertEquals(DynamicMessage.parseFrom(type, bytes).toByteString().size(), message.getSerializedSize(), id);
        byte[] written = message.toByteArray();
        if (!hasUnsetValue(message)) {
            assertEquals(bytes.length, written.length, () -> id + ": always written fields stay, nothing is added");
        }
        assertEquals(message, parse(type, written), id);
        if (!hasMapOfMany(message)) {
            assertEquals(hex, HEX.formatHex(written), id);
        }
    }

    private static Message parse(Descriptor type, byte[] bytes) throws InvalidProtocolBufferException {
        return switch (type.getName()) {
            case "CheckServiceNode" -> CheckServiceNode.parseFrom(bytes);
            case "Node" -> Node.parseFrom(bytes);
            case "NodeService" -> NodeService.parseFrom(bytes);
            case "HealthCheck" -> HealthCheck.parseFrom(bytes);
            case "Event" -> Event.parseFrom(bytes);
            case "SubscribeRequest" -> SubscribeRequest.parseFrom(bytes);
            default -> throw new AssertionError("no parser is named here for " + type.getFullName());
        };
    }

    private static void assertNothingUnknown(String id, Message message) {
        assertTrue(message.getUnknownFields().asMap().isEmpty(),
                () -> id + ": " + message.getDescriptorForType().getFullName() + " has unknown fields");
        inside(message).forEach(part -> assertNothingUnknown(id, part));
    }

    /// The order of a map's entries is arbitrary on the wire.
    private static boolean hasMapOfMany(Message message) {
        return message.getAllFields().entrySet().stream()
                        .anyMatch(field -> field.getKey().isMapField() && ((List<?>) field.getValue()).size() > 1)
                || inside(message).anyMatch(GrpcVectorsTest::hasMapOfMany);
    }

    /// Consul leaves the value out of a map's entry when it is of no kind; Protobuf's Java library writes it empty.
    private static boolean hasUnsetValue(Message message) {
        return message instanceof Value value && value.getKindCase() == Value.KindCase.KIND_NOT_SET
                || inside(message).anyMatch(GrpcVectorsTest::hasUnsetValue);
    }

    private static Stream<Message> inside(Message message) {
        return message.getAllFields().values().stream()
                .flatMap(value -> value instanceof List<?> list ? list.stream() : Stream.of(value))
                .filter(Message.class::isInstance)
                .map(Message.class::cast);
    }

    private static Map<String, Descriptor> descriptors() {
        Map<String, Descriptor> found = new TreeMap<>();
        for (var file : List.of(SubscribeProto.getDescriptor(), ServiceProto.getDescriptor(),
                CommonProto.getDescriptor())) {
            for (Descriptor message : file.getMessageTypes()) {
                assertFalse(found.containsKey(message.getName()), message::getFullName);
                found.put(message.getName(), message);
            }
        }
        return found;
    }

    private static List<JsonObject> records(String file) throws IOException {
        return text(file).lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    }

    private static JsonObject object(String file) throws IOException {
        return JsonParser.parseString(text(file)).getAsJsonObject();
    }

    /// A file of the directory in `proconsul.vectors`, else its copy among the resources.
    private static String text(String file) throws IOException {
        String directory = System.getProperty("proconsul.vectors");
        if (directory != null) {
            return Files.readString(Path.of(directory, "grpc", file));
        }
        try (InputStream in = GrpcVectorsTest.class.getResourceAsStream("/vectors/grpc/" + file + ".gz")) {
            if (in == null) {
                throw new FileNotFoundException(file);
            }
            return new String(new GZIPInputStream(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
