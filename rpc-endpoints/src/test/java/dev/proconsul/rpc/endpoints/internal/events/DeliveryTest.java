package dev.proconsul.rpc.endpoints.internal.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class DeliveryTest {
    private static final List<Payload> THREE = List.of(new Payload.ServiceName(false, "a"),
            new Payload.ServiceName(false, "b"), new Payload.ServiceName(false, "c"));

    @Test
    @DisplayName("the halves of a snapshot's part are all of it, in order, and shared by all who get it, as it is")
    void isDividedOnce() {
        var whole = new Delivery.Changes(7, THREE, true);
        var together = new ArrayList<Payload>();
        whole.halves().forEach(half -> together.addAll(half.payloads()));
        assertEquals(THREE, together);
        for (int i = 0; i < 2; i++) {
            assertSame(whole.halves().get(i), whole.halves().get(i));
        }
    }

    @Test
    void whatOneCommandHasChangedIsNotDivided() {
        assertEquals(List.of(), new Delivery.Changes(7, THREE, false).halves());
        assertEquals(List.of(), new Delivery.Changes(7, THREE.subList(0, 1), true).halves());
    }
}
