package dev.proconsul.rpc.structs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/// Other messages of the same meaning, in the plain form: structs as arrays, or with their fields in any order and
/// unknown ones among them.
final class Rearranged {
    private final byte[] message;
    private final MsgpackReader in;
    private final Optional<Random> shuffle;

    private Rearranged(byte[] message, Optional<Random> shuffle) {
        this.message = message;
        this.in = MsgpackReader.plain(message, DecodeLimits.DEFAULT);
        this.shuffle = shuffle;
    }

    static byte[] asArrays(byte[] message, Shape shape) throws IOException {
        return new Rearranged(message, Optional.empty()).copy(shape);
    }

    static byte[] shuffled(byte[] message, Shape shape, Random random) throws IOException {
        return new Rearranged(message, Optional.of(random)).copy(shape);
    }

    private byte[] copy(Shape shape) throws IOException {
        int from = (int) in.position();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (shape instanceof Shape.Scalar || in.tryNil()) {
            if (in.position() == from) {
                in.skipValue();
            }
            out.write(message, from, (int) in.position() - from);
            return out.toByteArray();
        }
        switch (shape) {
            case Shape.Scalar _ -> throw new AssertionError("handled above");
            case Shape.Pointer(Shape value) -> out.writeBytes(copy(value));
            case Shape.ListOf(Shape element) -> {
                long length = in.readArrayHeader();
                out.write(message, from, (int) in.position() - from);
                for (long i = 0; i < length; i++) {
                    out.writeBytes(copy(element));
                }
                in.endContainer();
            }
            case Shape.KeyedMap(Shape _, Shape value) -> out.writeBytes(copy(new Shape.MapOf(value)));
            case Shape.Variant variant -> {
                in.readArrayHeader();
                Shape shapeOfKind = variant.kinds().get(in.readString());
                out.write(message, from, (int) in.position() - from);
                out.writeBytes(copy(shapeOfKind == null ? Shape.Scalar.ANY : shapeOfKind));
                in.endContainer();
            }
            case Shape.MapOf(Shape value) -> {
                long length = in.readMapHeader();
                out.write(message, from, (int) in.position() - from);
                for (long i = 0; i < length; i++) {
                    out.writeBytes(copy(Shape.Scalar.STRING));
                    out.writeBytes(copy(value));
                }
                in.endContainer();
            }
            case Shape.Struct struct -> struct(struct, out);
        }
        return out.toByteArray();
    }

    private void struct(Shape.Struct struct, ByteArrayOutputStream out) throws IOException {
        List<String> names = struct.fields().stream().map(Shape.Field::name).toList();
        TreeMap<Integer, byte[]> values = new TreeMap<>();
        long length = in.readMapHeader();
        for (long i = 0; i < length; i++) {
            int place = names.indexOf(in.readString());
            values.put(place, copy(struct.fields().get(place).shape()));
        }
        in.endContainer();
        MsgpackWriter text = new MsgpackWriter();
        if (shuffle.isEmpty()) {
            text.writeArrayHeader(names.size());
            for (int place = 0; place < names.size(); place++) {
                text.writeEncoded(values.getOrDefault(place, new byte[] {(byte) Wire.NIL}));
            }
        } else {
            List<Integer> order = new ArrayList<>(values.keySet());
            order.add(-1);
            Collections.shuffle(order, shuffle.get());
            text.writeMapHeader(order.size());
            for (int place : order) {
                text.writeString(place < 0 ? "Unheard" : names.get(place));
                text.writeEncoded(place < 0 ? new byte[] {(byte) 0x92, 1, (byte) Wire.TRUE} : values.get(place));
            }
        }
        text.writeTo(out);
    }
}
