package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.structs.SessionRequest;

/// Begins or ends a session. The result is the id after `create`, [Nothing] after `destroy`.
///
/// Before it sends a `create`, the caller chooses the id and checks that the session's node is registered and that
/// its checks are there and not critical.
///
/// @param request as it came over the wire, with the id set
public record SessionCommand(SessionRequest request) implements StateCommand {
    @Override
    public byte[] encode() {
        return LogForm.of(this);
    }
}
