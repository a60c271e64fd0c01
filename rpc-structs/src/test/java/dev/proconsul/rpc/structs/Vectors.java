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
import java.util.zip.GZIPInputStream;

/// The recorded messages: those of the directory in `proconsul.vectors`, else the copies among the resources.
final class Vectors {
    private static final Optional<Path> DIRECTORY =
            Optional.ofNullable(System.getProperty("proconsul.vectors")).map(Path::of);

    /// Structs that have another name in the vectors, or had one in the recorded version.
    private static final Map<String, String> RENAMED = Map.of("NodeCoordinate", "Coordinate", "Coordinate", "Coord",
            "QueryDatacenterOptions", "QueryFailoverOptions", "TxnIntentionOp", "IntentionRequest");

    private Vectors() {}

    /// The name of a recorded struct in the schema.
    static String renamed(String struct) {
        return RENAMED.getOrDefault(struct, struct);
    }

    static boolean areExternal() {
        return DIRECTORY.isPresent();
    }

    /// The records of a file below `msgpack/`, one JSON object per line.
    static List<JsonObject> records(String file) throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
            return in.lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
        }
    }

    /// A file below `msgpack/` that is one JSON object.
    static JsonObject object(String file) throws IOException {
        try (InputStreamReader in = new InputStreamReader(open(file), StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(in).getAsJsonObject();
        }
    }

    private static InputStream open(String file) throws IOException {
        if (DIRECTORY.isPresent()) {
            return Files.newInputStream(DIRECTORY.get().resolve("msgpack").resolve(file));
        }
        InputStream in = Vectors.class.getResourceAsStream("/vectors/msgpack/" + file + ".gz");
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
            default -> struct.startsWith("[]") ? new Values.ListType(type(struct.substring(2))) : Values.struct(renamed(struct));
        };
    }
}
