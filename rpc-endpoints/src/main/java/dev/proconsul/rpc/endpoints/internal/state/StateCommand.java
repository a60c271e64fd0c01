package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.api.Command;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.MsgpackWriter;

/// A command that [StateStore] applies.
///
/// @param type    what it does
/// @param payload with what
/// @param <P>     payload
public record StateCommand<P>(CommandType<P> type, P payload) implements Command {
    /// {@return a byte for the type, then the msgpack of the payload}
    @Override
    public byte[] encode() {
        var out = new MsgpackWriter();
        type.codec().encode(payload, out);
        byte[] body = out.toByteArray();
        byte[] entry = new byte[body.length + 1];
        entry[0] = (byte) (type.number() | (type.ignorable() ? CommandType.IGNORABLE : 0));
        System.arraycopy(body, 0, entry, 1, body.length);
        return entry;
    }

    Object apply(Transaction transaction) throws RpcException {
        return type.effect().apply(transaction, payload);
    }
}
