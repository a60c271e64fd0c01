package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import java.nio.ByteBuffer;

/// Cuts the incoming bytes into frames, however they are segmented. Keeps a header that is not complete and the number
/// of payload bytes still to come, and nothing else: payload is passed on as it arrives, whatever length was announced.
///
/// Threads: one, the session's reader.
final class FrameDecoder {
    private static final FrameType[] TYPES = FrameType.values();

    private final FrameSink sink;
    private final ByteBuffer torn = ByteBuffer.allocate(Frames.HEADER_BYTES);
    private long bodyLeft;

    FrameDecoder(FrameSink sink) {
        this.sink = sink;
    }

    /// Works off the buffer's remaining bytes, or as many as the sink takes.
    void feed(ByteBuffer from) throws MuxException {
        int end = from.limit();
        while (from.position() < end) {
            if (bodyLeft > 0) {
                body(from, end);
                if (sink.hasEnough()) {
                    return;
                }
            } else if (torn.position() == 0 && end - from.position() >= Frames.HEADER_BYTES) {
                header(from, from);
            } else {
                tornHeader(from, end);
            }
        }
    }

    private void body(ByteBuffer from, int end) throws MuxException {
        int at = from.position();
        int piece = (int) Math.min(bodyLeft, end - at);
        bodyLeft -= piece;
        sink.body(from, piece, bodyLeft == 0);
        from.position(at + piece);
    }

    private void tornHeader(ByteBuffer from, int end) throws MuxException {
        while (torn.hasRemaining() && from.position() < end) {
            torn.put(from.get());
        }
        if (!torn.hasRemaining()) {
            torn.flip();
            try {
                header(torn, from);
            } finally {
                torn.clear();
            }
        }
    }

    /// @param rest what comes after the header
    private void header(ByteBuffer from, ByteBuffer rest) throws MuxException {
        int first = from.getInt();
        int id = from.getInt();
        int length = from.getInt();
        int version = first >>> 24;
        if (version != Frames.VERSION) {
            throw new ProtocolViolation("frame of version " + version + ", expected " + Frames.VERSION);
        }
        int type = first >>> 16 & 0xff;
        if (type >= TYPES.length) {
            throw new ProtocolViolation("frame of type " + type + ", expected 0 to " + (TYPES.length - 1));
        }
        // The length of the other types is a number, not a size.
        bodyLeft = type == 0 ? Integer.toUnsignedLong(length) : 0;
        sink.frame(TYPES[type], first & 0xffff, id, length, bodyLeft > 0 && rest.hasRemaining());
    }

    boolean betweenFrames() {
        return bodyLeft == 0 && torn.position() == 0;
    }

    /// {@return where in a frame the input stands, for the message when it ends there}
    String position() {
        if (bodyLeft > 0) {
            return "inside a frame, " + bodyLeft + " bytes before its end";
        }
        return torn.position() > 0 ? "inside a frame header, after " + torn.position() + " bytes" : "between frames";
    }
}
