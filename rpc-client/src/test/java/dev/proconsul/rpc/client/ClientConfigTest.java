package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.ClientConfig.Mode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientConfigTest {
    @Test
    void theDefaultsAreConsuls() {
        var config = ClientConfig.of("10.1.2.3");

        assertEquals(8300, config.server().getPort());
        assertEquals(Mode.MUX, config.mode());
        assertEquals(Duration.ofSeconds(10), config.dialTimeout());
        assertEquals(Duration.ofSeconds(60), config.callTimeout());
        assertEquals(Duration.ofSeconds(7), config.holdTimeout());
        assertEquals(64, config.idleStreams());
        assertEquals(new CallRate(-1, 1_000), config.rate());
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3:18300, 10.1.2.3:18300", "10.1.2.3, 10.1.2.3:8300", "consul.example:1, consul.example:1",
        "localhost, localhost:8300", "[::1]:18300, [::1]:18300", "[fe80::1%eth0], [fe80::1%eth0]:8300",
        "a:65535, a:65535"
    })
    void anAddressIsRead(String text, String expected) {
        assertEquals(expected, ClientConfig.of(text).address());
        assertTrue(ClientConfig.of(text).server().isUnresolved(), "looked up at each dial");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":8300", "a:", "a:b", "a b", "http://a:8300", "[::1", "::1", "a:1:2", "[]:1", "a:+1",
            "a:1/"})
    void whatIsNoAddressIsRefused(String text) {
        var e = assertThrows(IllegalArgumentException.class, () -> ClientConfig.of(text));

        assertEquals("'" + text + "' is no server address; expected HOST:PORT, HOST or [IPV6]:PORT", e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "999999999999"})
    void aPortOutOfRangeIsRefused(String port) {
        var e = assertThrows(IllegalArgumentException.class, () -> ClientConfig.of("a:" + port));

        assertEquals("the port of 'a:" + port + "' is " + port + ", but must be 1 to 65535", e.getMessage());
    }

    @Test
    void everyComponentIsChecked() {
        var config = ClientConfig.of("a");

        assertTrue(message(() -> config.withTimeouts(Duration.ZERO, Duration.ofSeconds(1))).startsWith("dialTimeout"));
        assertTrue(message(() -> config.withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(-1))).startsWith(
                "callTimeout"));
        assertTrue(message(() -> config.withIdleStreams(-1)).startsWith("idleStreams"));
        assertEquals(0, config.withIdleStreams(0).idleStreams());
        assertTrue(message(() -> new CallRate(Double.NaN, 1)).startsWith("perSecond"));
        assertTrue(message(() -> new CallRate(1, 0)).startsWith("burst"));
    }

    private static String message(org.junit.jupiter.api.function.Executable step) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, step).getMessage());
    }

    @Test
    void aTokenIsNotShown() {
        assertFalse(CallOptions.DEFAULT.withToken("secret").toString().contains("secret"));
    }
}
