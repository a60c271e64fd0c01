package dev.proconsul.rpc.client.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallException.MaybeExecuted;
import dev.proconsul.rpc.client.CallException.NotSent;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.CallException.Refused;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a server says of a call that it has sent on, and what that means for the call.
class RelayedTest {
    private static final ServerInfo SERVER = new ServerInfo("id", "s1", "dc1", "127.0.0.1:8300");
    private static final Map<String, Class<? extends CallException>> TYPES =
            Map.of("in doubt", MaybeExecuted.class, "not sent", NotSent.class, "refused", Refused.class);

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "in doubt | rpc error making call: EOF",
        "in doubt | rpc error making call: rpc error making call: stream closed",
        "in doubt | rpc error making call: session shutdown",
        "in doubt | rpc error making call: i/o deadline reached",
        "in doubt | rpc error making call: connection reset: by peer",
        "in doubt | raft apply failed: leadership lost while committing log",
        "in doubt | rpc error making call: leadership lost while committing log",
        "not sent | rpc error getting client: failed to get conn: dial tcp 10.0.0.1:8300: connect: connection refused",
        "not sent | rpc error making call: rpc error getting client: failed to start stream: session shutdown",
        "refused  | rpc error making call: Permission denied",
        "refused  | Must provide key",
        "refused  | the key EOF is not there",
        "refused  | No path to datacenter",
        "refused  | node is not the leader"
    })
    void anErrorMeansWhatItSays(String meaning, String error) {
        var refused = new Refused("KVS.Apply to 127.0.0.1:8300", error, SERVER);
        var e = Relayed.understood(refused);
        assertEquals(TYPES.get(meaning), e.getClass());
        assertEquals(meaning.equals("refused") ? error : "KVS.Apply to 127.0.0.1:8300: the server says: " + error,
                e.getMessage());
        assertEquals(SERVER, e.server().orElseThrow());
    }

    @Test
    void whatIsNoRefusalStaysWhatItIs() {
        var lost = new NotSent("cannot connect", null, Reason.NO_CONNECTION, SERVER);
        assertSame(lost, Relayed.understood(lost));
    }
}
