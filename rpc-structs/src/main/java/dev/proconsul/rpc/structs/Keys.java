package dev.proconsul.rpc.structs;

import java.io.IOException;

/// Keys of maps that are strings in Java and something else on the wire. In the plain form they are strings there too.
final class Keys {
    private Keys() {}

    static String readName(MsgpackReader in) throws IOException {
        return in.isPlain() ? in.readString() : ServiceName.CODEC.decode(in).name();
    }

    static void writeName(String key, MsgpackWriter out) {
        if (out.isPlain()) {
            out.writeString(key);
        } else {
            ServiceName.CODEC.encode(new ServiceName(key), out);
        }
    }

    static String readNumber(MsgpackReader in) throws IOException {
        return in.isPlain() ? in.readString() : Long.toUnsignedString(in.readUnsigned());
    }

    static void writeNumber(String key, MsgpackWriter out) {
        if (out.isPlain()) {
            out.writeString(key);
        } else {
            out.writeUnsigned(Long.parseUnsignedLong(key));
        }
    }
}
