package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallException.Reason;
import java.util.List;
import java.util.Optional;

/// Errors that a server tells of a call which it sent on to another: such an answer is no decision, but says what the
/// server knows. It says so in words only.
///
/// Source: Consul `agent/consul/rpc.go`, `lib/eof.go`; hashicorp/raft `api.go`.
final class Relayed {
    private static final String HOP = "rpc error making call: ";
    private static final String NO_HOP = "rpc error getting client: ";
    private static final List<String> LOST = List.of("EOF", "stream closed", "session shutdown", "i/o deadline reached",
            "connection reset", "keepalive timeout", "connection write timeout");
    private static final List<String> UNDECIDED =
            List.of("leadership lost while committing log", "snapshot restored while committing log");

    private Relayed() {}

    /// {@return what is known of a call after an error: a refusal that is none becomes what it is}
    static CallException understood(CallException e) {
        if (!(e instanceof CallException.Refused refused)) {
            return e;
        }
        var error = refused.getMessage();
        var message = refused.where() + ": the server says: " + error;
        Optional<ServerInfo> server = refused.server();
        if (server.isEmpty()) {
            return e;
        }
        if (isLost(error) || UNDECIDED.stream().anyMatch(error::contains)) {
            return new CallException.MaybeExecuted(message, e, Reason.REFUSED, server.get());
        }
        return reason(error).startsWith(NO_HOP)
                ? new CallException.NotSent(message, e, Reason.REFUSED, server.get()) : e;
    }

    /// {@return whether the connection behind the server ended or was lost, or the time was over there}
    static boolean isLost(String error) {
        return error.contains(HOP) && LOST.stream().anyMatch(reason(error)::startsWith);
    }

    /// {@return whether the connection behind the server ended in an orderly way, so that another attempt may do better}
    static boolean isEnd(String error) {
        return error.endsWith(": EOF") || error.contains("stream closed") || error.contains("session shutdown");
    }

    /// What the last hop says.
    private static String reason(String error) {
        int last = error.lastIndexOf(HOP);
        return last < 0 ? error : error.substring(last + HOP.length());
    }
}
