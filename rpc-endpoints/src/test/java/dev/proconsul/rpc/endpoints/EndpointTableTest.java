package dev.proconsul.rpc.endpoints;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.EndpointTable.Lookup;
import dev.proconsul.rpc.structs.Codecs;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Method.Access;
import dev.proconsul.rpc.structs.Method.RateClass;
import dev.proconsul.rpc.structs.Status;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTableTest {
    private final EndpointTable table = EndpointTable.of(List.of(
            new Endpoint<>(Status.PING, (_, _) -> Empty.ZERO),
            new Endpoint<>(Status.LEADER, (_, context) -> context.peer().isPresent() ? "remote" : "in process")));

    @ParameterizedTest
    @CsvSource({
        "'',              rpc: service/method request ill-formed: ''",
        "Status,          rpc: service/method request ill-formed: Status",
        "Nope.Ping,       rpc: can't find service Nope.Ping",
        "status.ping,     rpc: can't find service status.ping",
        "a.Status.Ping,   rpc: can't find service a.Status.Ping",
        "Status.Ping.x,   rpc: can't find service Status.Ping.x",
        "Status.Nope,     rpc: can't find method Status.Nope",
        "Status.ping,     rpc: can't find method Status.ping",
        "Status.,         rpc: can't find method Status.",
        ".,               rpc: can't find service .",
    })
    @DisplayName("transport rows 64-66, 85a: a name leads to its method, or to Consul's words")
    void namesWithoutMethods(String name, String error) {
        assertEquals(new Lookup.Missing(error.replace("''", "")), table.find(name));
    }

    @Test
    void aNameLeadsToItsMethod() {
        var found = assertInstanceOf(Lookup.Found.class, table.find("Status.Ping"));

        assertEquals(Status.PING, found.endpoint().method());
        assertEquals(List.of(Status.LEADER, Status.PING), table.methods());
    }

    @Test
    void callersInTheProcessNeedNoSocket() throws Exception {
        assertEquals("in process", table.call(Status.LEADER, DCSpecificRequest.ZERO));
    }

    @Test
    void aMethodThatIsNotServedIsAnErrorInTheProcessToo() {
        var refused = assertThrows(RpcException.class, () -> table.call(Status.PEERS, DCSpecificRequest.ZERO));

        assertEquals("rpc: can't find method Status.Peers", refused.getMessage());
    }

    @Test
    void anotherDescriptorOfTheSameNameIsAMistakeOfTheCaller() {
        var twin = new Method<>("Status.Ping", Codecs.STRING, Codecs.STRING, Access.READ, false, RateClass.EXEMPT, "");

        assertThrows(IllegalArgumentException.class, () -> table.call(twin, "x"));
    }

    @Test
    void aMethodHasOneEndpoint() {
        var ping = new Endpoint<>(Status.PING, (_, _) -> Empty.ZERO);

        assertThrows(IllegalArgumentException.class, () -> EndpointTable.of(List.of(ping, ping)));
    }
}
