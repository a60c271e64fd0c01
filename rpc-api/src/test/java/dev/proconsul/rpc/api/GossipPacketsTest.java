package dev.proconsul.rpc.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The packets of WAN gossip, without a socket. Transport section 7.
class GossipPacketsTest {
    private final List<String> received = new ArrayList<>();
    private final AtomicLong now = new AtomicLong();
    private final GossipPackets packets = new GossipPackets((packet, from) -> {
        received.add(HexFormat.of().formatHex(packet));
        assertTrue(from.toString().contains("192.0.2.1"), from::toString);
    }, now::get);

    private void say(String hex) throws IOException, InterruptedException {
        var bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        var said = new int[bytes.length];
        Arrays.setAll(said, i -> bytes[i]);
        packets.serve(ScriptedConnection.saying(said));
    }

    private String refused(String hex) {
        var message = String.valueOf(assertThrows(IOException.class, () -> say(hex)).getMessage());
        assertTrue(message.startsWith("failed to ingest RPC: "), message);
        return message.substring("failed to ingest RPC: ".length()).replaceFirst(" dev.*", "");
    }

    @Test
    @DisplayName("transport row 55: packets are handed on one after another, junk or not")
    void handsPacketsOn() throws Exception {
        say("00000003 ffffff 00000001 07");

        assertEquals(List.of("ffffff", "07"), received);
    }

    @Test
    @DisplayName("transport rows 53, 54, 57: no packet, too long a packet, half a length")
    void refusesBadLengths() {
        assertEquals("packet too short (0 bytes)", refused("00000000"));
        assertEquals("gossip packet size 4194305 exceeds threshold of 4194304", refused("00400001"));
        assertEquals("gossip packet size 4294967295 exceeds threshold of 4194304", refused("ffffffff"));
        assertEquals("unexpected EOF", refused("0000"));
        assertEquals(List.of(), received);
    }

    @Test
    @DisplayName("an end before a length is an orderly one; one inside a packet hands on what came")
    void endsInOrder() throws Exception {
        say("");
        say("00400000 0102");

        assertEquals(List.of("0102"), received);
    }

    @Test
    @DisplayName("transport row 56: the whole length must come within two minutes of the last packet")
    void doesNotWaitForEver() throws Exception {
        var connection = ScriptedConnection.saying(0, 0, 0, 1, 9);
        packets.serve(connection);
        assertEquals(Duration.ofMinutes(2), connection.readTimeouts.getFirst());
        assertEquals(1, connection.readTimeouts.stream().filter(Duration::isZero).count(), "the body has no deadline");

        var slow = new GossipPackets((_, _) -> {}, () -> now.getAndAdd(Duration.ofSeconds(50).toNanos()));
        assertThrows(SocketTimeoutException.class, () -> slow.serve(ScriptedConnection.saying(0, 0, 0, 1, 9)));
    }
}
