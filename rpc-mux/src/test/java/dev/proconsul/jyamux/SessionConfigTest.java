package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.module.ModuleDescriptor;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SessionConfigTest {
    @Test
    void hasTheDefaultsOfTheOriginal() {
        assertEquals(new SessionConfig(256, 16_384, 2_147_483_647, Duration.ofSeconds(30),
                Duration.ofSeconds(10), Duration.ofSeconds(75), Duration.ofMinutes(5), Duration.ofSeconds(10),
                Duration.ofSeconds(5), 65_536, 262_144, 1_024, 1_048_576, 5_000, 20_000, 10_000, 16_777_216, 67_108_864,
                WindowBudget.SHARED, false, SessionObserver.NONE), SessionConfig.DEFAULT);
    }

    @Test
    void namesTheComponentThatItRefuses() {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class,
                () -> SessionConfig.DEFAULT.withAcceptBacklog(0));

        assertTrue(String.valueOf(refusal.getMessage()).startsWith("acceptBacklog is 0"), refusal::getMessage);
        assertThrows(IllegalArgumentException.class, () -> SessionConfig.DEFAULT.withMaxOutboundStreams(0));
        assertThrows(IllegalArgumentException.class, () -> SessionConfig.DEFAULT.withMaxFrame(262_145));
        assertThrows(IllegalArgumentException.class, () -> SessionConfig.DEFAULT.withOpenTimeout(Duration.ZERO));
        assertEquals(Duration.ZERO,
                SessionConfig.DEFAULT.withKeepAliveInterval(Duration.ZERO).keepAliveInterval());
    }

    @Test
    void needsOnlyTheJdkAndAnnotations() {
        assertEquals(Set.of("java.base", "jdk.jfr", "org.jspecify"), Session.class.getModule().getDescriptor().requires().stream()
                .map(ModuleDescriptor.Requires::name).collect(Collectors.toSet()));
    }
}
