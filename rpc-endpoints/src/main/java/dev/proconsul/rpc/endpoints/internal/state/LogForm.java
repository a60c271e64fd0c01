package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.Codec;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.SessionRequest;
import java.io.IOException;
import java.util.Arrays;

/// The form of commands in the log: a byte for the type, then the msgpack of the request.
///
/// Source: Consul `agent/structs/structs.go`, `MessageType`, and `TombstoneRequest`.
final class LogForm {
    private static final byte KVS = 2;
    private static final byte SESSION = 3;
    private static final byte TOMBSTONE = 5;
    private static final String REAP = "reap";

    private LogForm() {}

    static byte[] of(KvsCommand command) {
        return encode(KVS, KVSRequest.CODEC, command.request());
    }

    static byte[] of(SessionCommand command) {
        return encode(SESSION, SessionRequest.CODEC, command.request());
    }

    static byte[] of(TombstoneReapCommand command) {
        var out = new MsgpackWriter();
        out.writeMapHeader(4);
        out.writeString("Datacenter");
        out.writeString("");
        out.writeString("Op");
        out.writeString(REAP);
        out.writeString("ReapIndex");
        out.writeUnsigned(command.index());
        out.writeString("Token");
        out.writeString("");
        return typed(TOMBSTONE, out);
    }

    static StateCommand decode(byte[] encoded) throws RpcException {
        if (encoded.length == 0) {
            throw new RpcException("empty log entry, expected a message type");
        }
        try {
            var in = MsgpackReader.of(Arrays.copyOfRange(encoded, 1, encoded.length), DecodeLimits.DEFAULT);
            return switch (encoded[0]) {
                case KVS -> new KvsCommand(KVSRequest.CODEC.decode(in));
                case SESSION -> new SessionCommand(SessionRequest.CODEC.decode(in));
                case TOMBSTONE -> tombstone(in);
                default -> throw new RpcException("log entry of unknown message type " + (encoded[0] & 0xff));
            };
        } catch (IOException e) {
            throw new RpcException("log entry of message type " + encoded[0] + ": " + e.getMessage(), e);
        }
    }

    private static StateCommand tombstone(MsgpackReader in) throws IOException, RpcException {
        var op = "";
        long index = 0;
        long fields = in.readMapHeader();
        for (long i = 0; i < fields; i++) {
            switch (in.readString()) {
                case "Op" -> op = in.readString();
                case "ReapIndex" -> index = in.readUnsigned();
                default -> in.skipValue();
            }
        }
        if (!op.equals(REAP)) {
            throw new RpcException("Invalid Tombstone operation '" + op + "'");
        }
        return new TombstoneReapCommand(index);
    }

    private static <T> byte[] encode(byte type, Codec<T> codec, T request) {
        var out = new MsgpackWriter();
        codec.encode(request, out);
        return typed(type, out);
    }

    private static byte[] typed(byte type, MsgpackWriter body) {
        byte[] request = body.toByteArray();
        byte[] encoded = new byte[request.length + 1];
        encoded[0] = type;
        System.arraycopy(request, 0, encoded, 1, request.length);
        return encoded;
    }
}
