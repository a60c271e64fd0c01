package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.MsgpackReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// The commands that a store knows, by number. Immutable.
///
/// Source: Consul `agent/structs/structs.go`, `MessageType`.
public final class CommandSet {
    private static final CommandType<Empty> IGNORED = CommandType.of(0, Empty.CODEC, (_, _) -> Nothing.NOTHING);

    private final Map<Integer, CommandType<?>> types = new HashMap<>();

    /// Makes a set.
    /// @param known the types, each number once
    public CommandSet(Collection<CommandType<?>> known) {
        for (var type : known) {
            if (types.put(type.number(), type) != null) {
                throw new IllegalArgumentException("two commands with number " + type.number());
            }
        }
    }

    /// Reads a log entry.
    StateCommand<?> decode(byte[] encoded) throws RpcException {
        if (encoded.length == 0) {
            throw new RpcException("empty log entry, expected a message type");
        }
        int first = encoded[0] & 0xff;
        var type = types.get(first & ~CommandType.IGNORABLE);
        if (type == null) {
            if (first >= CommandType.IGNORABLE) {
                return IGNORED.with(Empty.ZERO);
            }
            throw new RpcException("log entry of unknown message type " + first);
        }
        try {
            return decode(type, MsgpackReader.of(Arrays.copyOfRange(encoded, 1, encoded.length), DecodeLimits.DEFAULT));
        } catch (IOException e) {
            throw new RpcException("log entry of message type " + type.number() + ": " + e.getMessage(), e);
        }
    }

    private static <P> StateCommand<P> decode(CommandType<P> type, MsgpackReader in) throws IOException {
        return type.with(type.codec().decode(in));
    }
}
