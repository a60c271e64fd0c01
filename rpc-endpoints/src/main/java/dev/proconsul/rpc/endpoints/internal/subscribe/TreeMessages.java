package dev.proconsul.rpc.endpoints.internal.subscribe;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fills messages from trees of maps, lists and values, by the names of fields.
///
/// For what is sent so seldom that looking fields up by name does not matter, and has so many types that a method for
/// each would hide what little there is to say: config entries. What the message has no field for is left out.
///
/// | field | in the tree |
/// |---|---|
/// | an enum | the text that Go has for it, see [#constant] |
/// | a duration | nanoseconds |
/// | a point in time | RFC 3339 |
/// | a message whose only field is a list | a list |
final class TreeMessages {
    private TreeMessages() {}

    /// Sets the fields that a tree has.
    static void fill(Message.Builder message, Map<?, ?> tree) {
        var fields = new HashMap<String, FieldDescriptor>();
        for (var field : message.getDescriptorForType().getFields()) {
            fields.put(plain(field.getName()), field);
        }
        tree.forEach((name, value) -> {
            var field = fields.get(plain(String.valueOf(name)));
            if (field != null && value != null) {
                set(message, field, value);
            }
        });
    }

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    private static void set(Message.Builder message, FieldDescriptor field, Object value) {
        if (field.isMapField()) {
            ((Map<?, ?>) value).forEach(
                    (key, element) -> message.addRepeatedField(field, entry(message, field, key, element)));
        } else if (field.isRepeated()) {
            ((List<?>) value).forEach(element -> message.addRepeatedField(field, single(message, field, element)));
        } else {
            message.setField(field, single(message, field, value));
        }
    }

    private static Message entry(Message.Builder message, FieldDescriptor field, Object key, @Nullable Object value) {
        var entry = message.newBuilderForField(field);
        var type = field.getMessageType();
        entry.setField(type.findFieldByNumber(1), single(entry, type.findFieldByNumber(1), key));
        var content = type.findFieldByNumber(2);
        if (value != null) {
            entry.setField(content, single(entry, content, value));
        }
        return entry.build();
    }

    private static Object single(Message.Builder message, FieldDescriptor field, Object value) {
        return switch (field.getJavaType()) {
            case INT -> ((Number) value).intValue();
            case LONG -> ((Number) value).longValue();
            case FLOAT -> ((Number) value).floatValue();
            case DOUBLE -> ((Number) value).doubleValue();
            case BOOLEAN -> value;
            case STRING -> value.toString();
            case ENUM -> constant(field.getEnumType(), value.toString());
            case MESSAGE -> built(message.newBuilderForField(field), value);
            case BYTE_STRING -> throw new IllegalArgumentException("no bytes are expected in " + field.getFullName());
        };
    }

    private static Message built(Message.Builder message, Object value) {
        var type = message.getDescriptorForType();
        if (type == Duration.getDescriptor()) {
            return CommonMessages.of(java.time.Duration.ofNanos(((Number) value).longValue()));
        }
        if (type == Timestamp.getDescriptor()) {
            var time = Instant.parse(value.toString());
            return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()).build();
        }
        if (type == Struct.getDescriptor()) {
            return FreeForm.struct((Map<?, ?>) value);
        }
        if (value instanceof List<?> list) {
            set(message, type.getFields().getFirst(), list);
        } else {
            fill(message, (Map<?, ?>) value);
        }
        return message.build();
    }

    /// The constant whose name ends with a text, or with the beginning of it up to some underscore: `local` is
    /// `MeshGatewayModeLocal`, `KEEP_UNCHANGED` is `PathWithEscapedSlashesActionKeep`. The first constant for any other
    /// text, as in Consul.
    static EnumValueDescriptor constant(EnumDescriptor type, String text) {
        var wanted = text.equals("regex") ? "RegularExpression" : text;
        for (int end = wanted.length(); end > 0; end = wanted.lastIndexOf('_', end - 1)) {
            var ending = plain(wanted.substring(0, end));
            for (var constant : type.getValues()) {
                if (plain(constant.getName()).endsWith(ending)) {
                    return constant;
                }
            }
        }
        return type.getValues().getFirst();
    }
}
