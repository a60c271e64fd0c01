package dev.proconsul.rpc.structs;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/// The recorded messages: those of the directory in `proconsul.vectors`, else the copies among the resources.
///
/// The copies are complete but for `structs_large.jsonl`, the messages of more than 16,000 bytes: there are 7 of 35.
final class Vectors {
    private static final Optional<Path> DIRECTORY =
            Optional.ofNullable(System.getProperty("proconsul.vectors")).map(Path::of);

    /// Structs that have another name in the vectors, or had one in the recorded version.
    private static final Map<String, String> RENAMED = Map.of("NodeCoordinate", "Coordinate", "Coordinate", "Coord",
            "QueryDatacenterOptions", "QueryFailoverOptions", "TxnIntentionOp", "IntentionRequest", "Server",
            "AutopilotServer");

    /// Fields of the recorded version that later ones do not have. They are skipped when read and never written.
    private static final Map<String, Set<String>> DROPPED = Map.of("ACLToken", Set.of("Type", "Rules"),
            "ACLTokenListStub", Set.of("Legacy"), "ACLPolicy", Set.of("Syntax"));

    /// Accidents of Consul's decoder that ours does not share, and what ours does.
    private static final Map<String, String> REFUSED_QUIRKS = Map.of(
            "tolerance/IndexedKeyList/update/duplicate-list-shorter", "the second list replaces the first",
            "tolerance/DirEntry/update/duplicate-bytes-empty", "the second value replaces the first",
            "tolerance/KVSRequest/update/duplicate-struct", "the second struct replaces the first",
            "time/decode/ns-out-of-range", "nanoseconds out of range are refused",
            "time/decode/ns-negative", "nanoseconds out of range are refused");

    private Vectors() {}

    /// True if the record is such an accident.
    static boolean isRefusedQuirk(String id) {
        return REFUSED_QUIRKS.containsKey(id);
    }

    /// The name of a recorded struct in the schema.
    static String renamed(String struct) {
        return RENAMED.getOrDefault(struct, struct);
    }

    /// True if the recorded struct has the field, and later versions have not.
    static boolean isDropped(String struct, String field) {
        return DROPPED.getOrDefault(struct, Set.of()).contains(field);
    }

    /// The records of a file, one JSON object per line.
    static List<JsonObject> records(String file) throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
            return in.lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
        }
    }

    /// A file that is one JSON object.
    static JsonObject object(String file) throws IOException {
        try (InputStreamReader in = new InputStreamReader(open(file), StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(in).getAsJsonObject();
        }
    }

    private static InputStream open(String file) throws IOException {
        if (DIRECTORY.isPresent()) {
            return Files.newInputStream(DIRECTORY.get().resolve(file));
        }
        InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file + ".gz");
        if (in == null) {
            throw new FileNotFoundException(file);
        }
        return new GZIPInputStream(in);
    }

    /// The codec of a recorded type, if the schema knows it.
    static Optional<Codec<?>> codec(String struct) {
        return switch (struct) {
            case "string" -> Optional.of(Codecs.STRING);
            case "bool" -> Optional.of(Codecs.BOOL);
            case "[]string" -> Optional.of(Codecs.STRINGS);
            default -> struct.startsWith("[]") ? Structs.named(renamed(struct.substring(2))).map(Codecs::listOf)
                    : Structs.named(renamed(struct));
        };
    }

    /// The Java type of a recorded type.
    static Type type(String struct) {
        return switch (struct) {
            case "string" -> String.class;
            case "bool" -> boolean.class;
            default -> struct.startsWith("[]") ? new Values.ListType(type(struct.substring(2)))
                    : Values.struct(renamed(struct));
        };
    }
}
