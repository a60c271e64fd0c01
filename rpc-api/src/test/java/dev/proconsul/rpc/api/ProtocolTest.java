package dev.proconsul.rpc.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.module.ModuleDescriptor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProtocolTest {
    @Test
    void aTypeByteSelectsItsProtocolAndNoOther() {
        for (int b = -1; b <= 256; b++) {
            int value = b;
            Protocol.ofTypeByte(b).ifPresent(protocol -> assertEquals(value, protocol.typeByte().orElseThrow()));
        }
        assertEquals(10, java.util.stream.IntStream.rangeClosed(-1, 256).filter(b -> Protocol.ofTypeByte(b).isPresent()).count());
        assertEquals(9, Protocol.highestTypeByte());
    }

    @Test
    void theServerPrefersAlpnNamesInTheOrderOfConsul() {
        var names = List.of("consul/rpc-single", "consul/raft", "consul/rpc-multi", "consul/rpc-snapshot", "consul/rpc-gossip",
                "consul/rpc-grpc", "consul/raft-forwarding", "consul/wan-gossip/packet", "consul/wan-gossip/stream");

        assertEquals(names, Protocol.alpnNames());
        names.forEach(name -> assertEquals(Optional.of(name), Protocol.ofAlpnName(name).orElseThrow().alpnName()));
        assertEquals(Optional.empty(), Protocol.ofAlpnName("h2"));
    }

    @Test
    void aRowOfAnotherProtocolIsNoRow() {
        assertThrows(IllegalArgumentException.class, () -> RoutingTable.of(_ -> Route.refuse(Protocol.RPC, "no")));
    }

    @Test
    void needsOnlyTheJdkAndAnnotations() {
        var requires = Protocol.class.getModule().getDescriptor().requires().stream()
                .map(ModuleDescriptor.Requires::name).collect(Collectors.toSet());

        assertEquals(Set.of("java.base", "org.jspecify"), requires);
    }
}
