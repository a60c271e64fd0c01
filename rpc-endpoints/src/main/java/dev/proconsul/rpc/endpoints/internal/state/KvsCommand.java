package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.structs.KVSRequest;

/// Writes KV. The result is a Boolean for the verbs that can fail to apply (`cas`, `delete-cas`, `lock`, `unlock`),
/// [Nothing] for the others.
///
/// @param request as it came over the wire
public record KvsCommand(KVSRequest request) implements StateCommand {
    @Override
    public byte[] encode() {
        return LogForm.of(this);
    }
}
