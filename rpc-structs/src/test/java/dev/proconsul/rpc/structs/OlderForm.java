package dev.proconsul.rpc.structs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Takes out of a message the fields that the schema marks as newer than the recorded version, and those that later
/// versions dropped, and nothing else.
final class OlderForm {
    private final byte[] message;
    private final MsgpackReader in;
    private final boolean sorted;
    private final Map<String, Set<String>> removed = new TreeMap<>();

    /// With `sorted`, entries of maps come in the order of their bytes, for messages whose order is by chance.
    OlderForm(byte[] message, boolean sorted) {
        this.message = message;
        this.sorted = sorted;
        this.in = MsgpackReader.of(message, DecodeLimits.DEFAULT);
    }

    /// What was removed so far: field names by struct.
    Map<String, Set<String>> removed() {
        return removed;
    }

    byte[] of(Shape shape) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        copy(shape, out);
        return out.toByteArray();
    }

    private void copy(Shape shape, ByteArrayOutputStream out) throws IOException {
        int from = (int) in.position();
        if (shape instanceof Shape.Scalar || in.tryNil()) {
            if (in.position() == from) {
                in.skipValue();
            }
            out.write(message, from, (int) in.position() - from);
            return;
        }
        switch (shape) {
            case Shape.Scalar _ -> throw new AssertionError("handled above");
            case Shape.Pointer(Shape value) -> copy(value, out);
            case Shape.ListOf(Shape element) -> {
                long length = in.readArrayHeader();
                out.write(message, from, (int) in.position() - from);
                for (long i = 0; i < length; i++) {
                    copy(element, out);
                }
                in.endContainer();
            }
            case Shape.MapOf(Shape value) -> {
                long length = in.readMapHeader();
                out.write(message, from, (int) in.position() - from);
                List<byte[]> entries = new ArrayList<>();
                for (long i = 0; i < length; i++) {
                    ByteArrayOutputStream entry = new ByteArrayOutputStream();
                    copy(Shape.Scalar.STRING, entry);
                    copy(value, entry);
                    entries.add(entry.toByteArray());
                }
                in.endContainer();
                if (sorted) {
                    entries.sort(Arrays::compareUnsigned);
                }
                entries.forEach(out::writeBytes);
            }
            case Shape.Struct struct -> struct(struct, out);
            case Shape.KeyedMap(Shape _, Shape value) -> copy(new Shape.MapOf(value), out);
            case Shape.Variant _ -> throw new AssertionError("not recorded: " + shape);
        }
    }

    private void struct(Shape.Struct struct, ByteArrayOutputStream out) throws IOException {
        Map<String, Shape.Field> fields =
                struct.fields().stream().collect(Collectors.toMap(Shape.Field::name, field -> field));
        long length = in.readMapHeader();
        int kept = 0;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (long i = 0; i < length; i++) {
            int from = (int) in.position();
            String name = in.readString();
            if (Vectors.isDropped(struct.name(), name)) {
                in.skipValue();
                continue;
            }
            Shape.Field field = fields.get(name);
            if (field.since().isEmpty()) {
                kept++;
                body.write(message, from, (int) in.position() - from);
                copy(field.shape(), body);
            } else {
                removed.computeIfAbsent(struct.name(), _ -> new TreeSet<>()).add(field.name());
                in.skipValue();
            }
        }
        in.endContainer();
        MsgpackWriter header = new MsgpackWriter();
        header.writeMapHeader(kept);
        header.writeTo(out);
        body.writeTo(out);
    }
}
