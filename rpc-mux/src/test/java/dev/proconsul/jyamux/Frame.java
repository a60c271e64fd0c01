package dev.proconsul.jyamux;

import java.nio.ByteBuffer;
import java.util.List;

/// A frame's header as the tests write and read it, made without the code under test.
record Frame(int type, int flags, int id, int length) {
    static final int BYTES = 12;
    static final int DATA = 0;
    static final int WU = 1;
    static final int PING = 2;
    static final int GO_AWAY = 3;

    static final int SYN = 1;
    static final int ACK = 2;
    static final int FIN = 4;
    static final int RST = 8;

    /// What a stream may send at its start, in either direction.
    static final int WINDOW = 262_144;

    private static final List<String> TYPES = List.of("DATA", "WU", "PING", "GO_AWAY");

    static Frame read(byte[] from, int at) {
        ByteBuffer bytes = ByteBuffer.wrap(from, at, BYTES);
        int version = bytes.get();
        if (version != 0) {
            throw new AssertionError("a frame of version " + version);
        }
        return new Frame(bytes.get(), bytes.getShort() & 0xffff, bytes.getInt(), bytes.getInt());
    }

    byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .put((byte) 0).put((byte) type).putShort((short) flags).putInt(id).putInt(length).array();
    }

    /// {@return a data frame with its payload}
    static byte[] data(int flags, int id, byte[] body) {
        return ByteBuffer.allocate(BYTES + body.length)
                .put(new Frame(DATA, flags, id, body.length).bytes()).put(body).array();
    }

    static byte[] header(int type, int flags, int id, int length) {
        return new Frame(type, flags, id, length).bytes();
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    @Override
    public String toString() {
        String name = type >= 0 && type < TYPES.size() ? TYPES.get(type) : "type " + type;
        return name + (has(SYN) ? "|SYN" : "") + (has(ACK) ? "|ACK" : "") + (has(FIN) ? "|FIN" : "")
                + (has(RST) ? "|RST" : "") + "/" + Integer.toUnsignedString(id) + "/"
                + Integer.toUnsignedString(length);
    }
}
