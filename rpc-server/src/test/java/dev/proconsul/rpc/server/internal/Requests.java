package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.structs.Codec;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.RequestHeader;
import dev.proconsul.rpc.structs.ResponseHeader;
import java.io.EOFException;
import java.io.IOException;

/// Bytes of requests and answers.
final class Requests {
    /// The transport chapter's PING: `Status.Ping` with Seq 1.
    static final byte[] PING = Wire.hex("82a353657101ad536572766963654d6574686f64ab5374617475732e50696e6780");
    /// Its answer.
    static final byte[] OK =
            Wire.hex("83a54572726f72a0a353657101ad536572766963654d6574686f64ab5374617475732e50696e6780");

    private Requests() {}

    static byte[] ping(long seq) {
        return named(seq, "Status.Ping", "80");
    }

    static byte[] pong(long seq) {
        return refusal("", seq, "Status.Ping");
    }

    static <Q> byte[] of(long seq, Method<Q, ?> method, Q request) {
        return join(header(seq, method.name()), encode(method.request(), request));
    }

    static byte[] named(long seq, String method, String bodyHex) {
        return join(header(seq, method), Wire.hex(bodyHex));
    }

    static byte[] header(long seq, String method) {
        return encode(RequestHeader.CODEC, new RequestHeader(seq, method));
    }

    static <R> byte[] answer(long seq, Method<?, R> method, R reply) {
        return join(
                encode(ResponseHeader.CODEC, new ResponseHeader("", seq, method.name())),
                        encode(method.reply(), reply));
    }

    static byte[] refusal(String error, long seq, String method) {
        return join(
                encode(ResponseHeader.CODEC, new ResponseHeader(error, seq, method)), encode(Empty.CODEC, Empty.ZERO));
    }

    static <T> byte[] encode(Codec<T> codec, T value) {
        var out = new MsgpackWriter();
        codec.encode(value, out);
        return out.toByteArray();
    }

    /// A msgpack string.
    static byte[] text(String text) {
        var out = new MsgpackWriter();
        out.writeString(text);
        return out.toByteArray();
    }

    static byte[] join(byte[]... parts) {
        int length = 0;
        for (var part : parts) {
            length += part.length;
        }
        var all = new byte[length];
        int at = 0;
        for (var part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /// Whether an answer has come to its end.
    static boolean isWhole(byte[] answer, Method<?, ?> method) {
        try {
            var in = MsgpackReader.of(answer, DecodeLimits.DEFAULT);
            boolean refused = !ResponseHeader.CODEC.decode(in).error().isEmpty();
            in.startMessage();
            if (refused) {
                in.skipValue();
            } else {
                method.reply().decode(in);
            }
            return true;
        } catch (EOFException e) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
