package dev.proconsul.rpc.structs;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads and skips values whose type nobody knows before.
final class Untyped {
    private Untyped() {}

    static @Nullable Object read(MsgpackReader in, Source source, Account account) throws IOException {
        int b = source.peek();
        if (Wire.isString(b)) {
            return in.readString();
        } else if (Wire.isArray(b)) {
            return list(in);
        } else if (Wire.isMap(b)) {
            return in.readMap(MsgpackReader::readAny);
        } else if (Wire.isExtension(b)) {
            source.read();
            int length = account.kept(source.extensionLength(b));
            source.read();
            return Bytes.wrap(source.readBytes(length));
        }
        return switch (source.read()) {
            case Wire.NIL -> null;
            case Wire.TRUE -> true;
            case Wire.FALSE -> false;
            case Wire.FLOAT32 -> (double) Float.intBitsToFloat((int) source.readNumber(4));
            case Wire.FLOAT64 -> Double.longBitsToDouble(source.readNumber(8));
            case Wire.BIN8, Wire.BIN16, Wire.BIN32 -> Bytes.wrap(in.rawBytes(b));
            case Wire.UINT64 -> unsigned(source.readNumber(8));
            case Wire.NEVER_USED -> throw Wire.neverUsed();
            default -> source.integer(b);
        };
    }

    private static Number unsigned(long value) {
        return value >= 0 ? (Number) value : new BigInteger(Long.toUnsignedString(value));
    }

    private static List<@Nullable Object> list(MsgpackReader in) throws IOException {
        long length = in.readArrayHeader();
        List<@Nullable Object> list = new ArrayList<>((int) Math.min(length, 16));
        for (long i = 0; i < length; i++) {
            list.add(in.readAny());
        }
        in.endContainer();
        return Collections.unmodifiableList(list);
    }

    /// Steps over one value.
    static void skip(Source source, Account account) throws IOException {
        int b = source.read();
        if (Wire.isArray(b) || Wire.isMap(b)) {
            skipContainer(b, source, account);
        } else if (!source.skipPlain(b)) {
            source.integer(b);
        }
    }

    private static void skipContainer(int b, Source source, Account account) throws IOException {
        boolean map = Wire.isMap(b);
        long length = map ? source.mapLength(b) : source.arrayLength(b);
        account.deeper();
        for (long i = 0; i < length; i++) {
            if (map) {
                source.skip(Math.max(0, source.stringLength(source.read())));
            }
            skip(source, account);
        }
        account.shallower();
    }
}
