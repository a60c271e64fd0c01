package dev.proconsul.rpc.endpoints.internal.state;

/// Removes old tombstones of KV. The result is [Nothing].
///
/// @param index tombstones of deletes up to and with this log index go
public record TombstoneReapCommand(long index) implements StateCommand {
    @Override
    public byte[] encode() {
        return LogForm.of(this);
    }
}
