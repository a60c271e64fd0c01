package dev.proconsul.rpc.endpoints.internal.subscribe;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.Nil;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Settings without a schema.
///
/// Numbers become floating point, as Protobuf has no others there. Null becomes a value of no kind.
final class FreeForm {
    private FreeForm() {}

    /// The settings, unless they are nil.
    static Optional<Struct> of(Map<String, @Nullable Object> settings) {
        return Nil.is(settings) ? Optional.empty() : Optional.of(struct(settings));
    }

    static Struct struct(Map<?, ?> settings) {
        var struct = Struct.newBuilder();
        settings.forEach((key, value) -> struct.putFields(String.valueOf(key), value(value)));
        return struct.build();
    }

    private static Value value(@Nullable Object value) {
        var made = Value.newBuilder();
        switch (value) {
            case null -> { }
            case Boolean bool -> made.setBoolValue(bool);
            case Number number -> made.setNumberValue(number.doubleValue());
            case Map<?, ?> map -> made.setStructValue(struct(map));
            case List<?> list -> {
                var all = ListValue.newBuilder();
                list.forEach(element -> all.addValues(value(element)));
                made.setListValue(all);
            }
            case Bytes bytes -> made.setStringValue(bytes.toUtf8());
            default -> made.setStringValue(value.toString());
        }
        return made.build();
    }
}
