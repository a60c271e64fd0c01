package dev.proconsul.rpc.endpoints;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.SingleServer;
import dev.proconsul.rpc.structs.AutoConfig;
import dev.proconsul.rpc.structs.AutoEncrypt;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.CASignRequest;
import dev.proconsul.rpc.structs.Method;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The two methods of type byte 7. Endpoints section 4.11.
class InsecureEndpointsTest {
    private static Endpoints endpoints() {
        var state = ServerState.empty(InstantSource.system());
        var consensus = new SingleServer(new ServerInfo("id", "s1", "dc1", "127.0.0.1:8300"), state.stateMachine());
        return Endpoints.over(new ServerView("dc1", consensus, state, QueryTimes.DEFAULT));
    }

    private static <Q> String refusal(Endpoints endpoints, Method<Q, ?> method, Q request) {
        return assertThrows(RpcException.class, () -> endpoints.insecureTable().call(method, request)).getMessage();
    }

    @Test
    @DisplayName("transport section 1.8, endpoints rows 196, 197: two methods, nothing else, and not in the other table")
    void hasTwoMethods() {
        try (var endpoints = endpoints()) {
            assertEquals(List.of(AutoConfig.INITIAL_CONFIGURATION, AutoEncrypt.SIGN),
                    endpoints.insecureTable().methods());
            assertEquals(new EndpointTable.Lookup.Missing("rpc: can't find service Status.Ping"),
                    endpoints.insecureTable().find("Status.Ping"));
            assertEquals(new EndpointTable.Lookup.Missing("rpc: can't find service AutoEncrypt.Sign"),
                    endpoints.table().find("AutoEncrypt.Sign"));
        }
    }

    @Test
    @DisplayName("transport row 35: what is refused where there is neither a mesh nor anything to configure from")
    void refuses() {
        try (var endpoints = endpoints()) {
            assertEquals("Auto Config is disabled", refusal(endpoints, AutoConfig.INITIAL_CONFIGURATION, Bytes.NIL));
            assertEquals("Connect must be enabled in order to use this endpoint",
                    refusal(endpoints, AutoEncrypt.SIGN, CASignRequest.ZERO.withDatacenter("dc1")));
        }
    }
}
