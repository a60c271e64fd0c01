package dev.proconsul.rpc.server.internal;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A yamux frame as it is on the wire; `length` is the data's length, a window delta, a ping's value or a code.
record Frame(int type, int flags, int id, int length, byte[] data) {
    static final int DATA = 0;
    static final int WINDOW = 1;
    static final int PING = 2;
    static final int GO_AWAY = 3;
    static final int SYN = 1;
    static final int ACK = 2;
    static final int FIN = 4;
    static final int RST = 8;
    private static final int HEADER = 12;
    private static final byte[] NONE = {};

    static Frame data(int flags, int id, byte[] data) {
        return new Frame(DATA, flags, id, data.length, data);
    }

    static Frame window(int flags, int id) {
        return credit(flags, id, 0);
    }

    static Frame credit(int flags, int id, int delta) {
        return new Frame(WINDOW, flags, id, delta, NONE);
    }

    static Frame ping(int flags, int id, int value) {
        return new Frame(PING, flags, id, value, NONE);
    }

    static Frame goAway(int code) {
        return new Frame(GO_AWAY, 0, 0, code, NONE);
    }

    static Frame read(Wire wire) throws IOException {
        var header = ByteBuffer.wrap(wire.read(HEADER));
        int type = header.get(1);
        int length = header.getInt(8);
        return new Frame(type, header.getShort(2), header.getInt(4), length, type == DATA ? wire.read(length) : NONE);
    }

    static Frame of(byte[] bytes) {
        var all = ByteBuffer.wrap(bytes);
        var data = new byte[bytes.length - HEADER];
        all.get(HEADER, data);
        return new Frame(all.get(1), all.getShort(2), all.getInt(4), all.getInt(8), data);
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    byte[] bytes() {
        return ByteBuffer.allocate(HEADER + data.length)
                .put((byte) 0).put((byte) type).putShort((short) flags).putInt(id).putInt(length).put(data).array();
    }

    @Override
    public String toString() {
        var name = switch (type) {
            case DATA -> "Data";
            case WINDOW -> "WU";
            case PING -> "Ping";
            default -> "GoAway";
        };
        var flag = (has(SYN) ? "/SYN" : "") + (has(ACK) ? "/ACK" : "") + (has(FIN) ? "/FIN" : "")
                + (has(RST) ? "/RST" : "");
        return name + flag + "/" + id + "/" + Integer.toHexString(length);
    }
}
