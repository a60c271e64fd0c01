package dev.proconsul.rpc.endpoints;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.AutoConfig;
import dev.proconsul.rpc.structs.AutoEncrypt;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.CASignRequest;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.SignedResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The two methods of type byte 7. Endpoints section 4.11.
class InsecureEndpointsTest {
    private static final EndpointTable OFF = InsecureEndpoints.of("dc1", Optional.empty());
    private static final EndpointTable ON = InsecureEndpoints.of("dc1",
            Optional.of(request -> SignedResponse.ZERO.withGossipKey(request.csr())));

    private static <Q> String refusal(EndpointTable table, Method<Q, ?> method, Q request) {
        return assertThrows(RpcException.class, () -> table.call(method, request)).getMessage();
    }

    @Test
    @DisplayName("transport section 1.8: two methods, and nothing else")
    void hasTwoMethods() {
        assertEquals(List.of(AutoConfig.INITIAL_CONFIGURATION, AutoEncrypt.SIGN), ON.methods());
        assertEquals(new EndpointTable.Lookup.Missing("rpc: can't find service Status.Ping"), ON.find("Status.Ping"));
    }

    @Test
    @DisplayName("transport row 35, endpoints row 198: what is refused, and in which words")
    void refuses() {
        assertEquals("Auto Config is disabled", refusal(ON, AutoConfig.INITIAL_CONFIGURATION, Bytes.NIL));
        assertEquals("AutoEncrypt.AllowTLS must be enabled in order to use this endpoint",
                refusal(OFF, AutoEncrypt.SIGN, CASignRequest.ZERO.withDatacenter("x")));
        assertEquals("mismatched datacenter (client_dc='x' server_dc='dc1'); check client has same datacenter set as "
                + "servers", refusal(ON, AutoEncrypt.SIGN, CASignRequest.ZERO.withDatacenter("x")));
        assertEquals("mismatched datacenter (client_dc='' server_dc='dc1'); check client has same datacenter set as "
                + "servers", refusal(ON, AutoEncrypt.SIGN, CASignRequest.ZERO));
    }

    @Test
    void handsOnWhatCanBeSigned() throws Exception {
        var request = CASignRequest.ZERO.withDatacenter("dc1").withCsr("csr");
        assertEquals("csr", ON.call(AutoEncrypt.SIGN, request).gossipKey());
    }
}
