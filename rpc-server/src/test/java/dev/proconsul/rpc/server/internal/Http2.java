package dev.proconsul.rpc.server.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// HTTP/2 frames, made and read by hand.
final class Http2 {
    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    /// What Consul's server says first.
    static final String GREETING = "000006040000000000000500004000";

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private Http2() {}

    /// A frame as it is on the wire.
    record Frame(int type, int flags, int stream, byte[] payload) {
        byte[] bytes() {
            return ByteBuffer.allocate(9 + payload.length)
                    .put((byte) (payload.length >> 16)).putShort((short) payload.length)
                    .put((byte) type).put((byte) flags).putInt(stream).put(payload).array();
        }
    }

    static byte[] frame(int type, int flags, int stream, byte... payload) {
        return new Frame(type, flags, stream, payload).bytes();
    }

    /// Type byte, preface and empty SETTINGS: all that a client says unasked.
    static byte[] opening() {
        return join(new byte[] {8}, PREFACE, frame(SETTINGS, 0, 0));
    }

    /// Header fields of a gRPC call, without compression.
    static byte[] headers(String path, String... more) {
        var block = new ByteArrayOutputStream();
        field(block, ":method", "POST");
        field(block, ":scheme", "http");
        field(block, ":path", path);
        field(block, ":authority", "here");
        field(block, "content-type", "application/grpc");
        field(block, "te", "trailers");
        for (int i = 0; i < more.length; i += 2) {
            field(block, more[i], more[i + 1]);
        }
        return block.toByteArray();
    }

    /// Literal without indexing, without Huffman coding; RFC 7541 section 6.2.2.
    private static void field(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        text(block, name);
        text(block, value);
    }

    private static void text(ByteArrayOutputStream block, String text) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int rest = bytes.length - 127;
            for (; rest >= 128; rest >>= 7) {
                block.write(rest & 127 | 128);
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static Frame read(Wire wire) throws IOException {
        var header = ByteBuffer.wrap(wire.read(9));
        int length = Byte.toUnsignedInt(header.get()) << 16 | Short.toUnsignedInt(header.getShort());
        int type = header.get();
        int flags = header.get();
        int stream = header.getInt();
        return new Frame(type, flags, stream, wire.read(length));
    }

    /// Reads until a frame of this type comes.
    static Frame await(Wire wire, int type) throws IOException {
        while (true) {
            var frame = read(wire);
            if (frame.type() == type) {
                return frame;
            }
        }
    }
}
