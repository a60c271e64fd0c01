package dev.proconsul.rpc.client.internal;

import dev.proconsul.jyamux.MuxException;
import dev.proconsul.rpc.structs.DecodeException;
import java.io.IOException;
import java.time.Duration;

/// Says to a person why a call failed, and what to look at first.
final class Failures {
    private static final String NO_SUCH_PEER =
            "; is this the server port of a Consul server (8300), and does it take clear text?";

    private Failures() {}

    /// {@return the reason in a few words, without method and server}
    /// @param spoken  whether this server has ever answered
    static String reason(IOException e, boolean spoken) {
        var text = e.getMessage() == null ? e.toString() : e.getMessage();
        boolean garbage = e instanceof DecodeException || e.getCause() instanceof MuxException.ProtocolViolation;
        if (garbage && !spoken) {
            return "what listens there does not speak Consul's RPC (" + text + ")" + NO_SUCH_PEER;
        }
        if (e instanceof DecodeException) {
            return "the answer cannot be read: " + text;
        }
        return spoken ? text : "the connection ended before any answer (" + text + ")" + NO_SUCH_PEER;
    }

    /// {@return a time for a person}
    static String text(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
