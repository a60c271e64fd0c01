package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException;

/// Cuts the incoming bytes into frames, however they are segmented. Keeps a header that is not complete and the number
/// of payload bytes still to come, and nothing else: payload is passed on as it arrives, whatever length was announced.
///
/// Threads: one, the session's reader.
final class FrameDecoder {
    private final FrameSink sink;
    private final byte[] header = new byte[FrameHeader.BYTES];
    private int headerBytes;
    private long bodyLeft;

    FrameDecoder(FrameSink sink) {
        this.sink = sink;
    }

    void feed(byte[] bytes, int offset, int length) throws MuxException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            at = bodyLeft > 0 ? body(bytes, at, end) : header(bytes, at, end);
        }
    }

    private int body(byte[] bytes, int at, int end) throws MuxException {
        int piece = (int) Math.min(bodyLeft, end - at);
        bodyLeft -= piece;
        sink.body(bytes, at, piece, bodyLeft == 0);
        return at + piece;
    }

    private int header(byte[] bytes, int at, int end) throws MuxException {
        if (headerBytes == 0 && end - at >= FrameHeader.BYTES) {
            begin(FrameHeader.read(bytes, at));
            return at + FrameHeader.BYTES;
        }
        int piece = Math.min(FrameHeader.BYTES - headerBytes, end - at);
        System.arraycopy(bytes, at, header, headerBytes, piece);
        headerBytes += piece;
        if (headerBytes == FrameHeader.BYTES) {
            headerBytes = 0;
            begin(FrameHeader.read(header, 0));
        }
        return at + piece;
    }

    private void begin(FrameHeader next) throws MuxException {
        // The length of the other types is a number, not a size.
        bodyLeft = next.type() == FrameType.DATA ? next.unsignedLength() : 0;
        sink.frame(next);
    }

    /// {@return where in a frame the input stands, for the message when it ends there}
    String position() {
        if (bodyLeft > 0) {
            return "inside a frame, " + bodyLeft + " bytes before its end";
        }
        return headerBytes > 0 ? "inside a frame header, after " + headerBytes + " bytes" : "between frames";
    }
}
