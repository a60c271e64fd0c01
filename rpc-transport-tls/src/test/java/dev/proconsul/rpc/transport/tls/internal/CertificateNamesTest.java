package dev.proconsul.rpc.transport.tls.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateNamesTest {
    @ParameterizedTest
    @CsvSource({
        "server.dc1.consul, server.dc1.consul, true",
        "server.dc1.consul, SERVER.DC1.consul., true",
        "server.dc1.consul, server.dc2.consul, false",
        "server.dc1.consul, dc1.consul, false",
        "server.dc1.consul, a.server.dc1.consul, false",
        "*.server.dc1.consul, n1.server.dc1.consul, true",
        "*.server.dc1.consul, a_b.server.dc1.consul, true",
        "*.server.dc1.consul, server.dc1.consul, false",
        "*.server.dc1.consul, a.b.server.dc1.consul, false",
        "*.server.dc1.consul, .server.dc1.consul, false",
        "s*.dc1.consul, server.dc1.consul, false",
        "server.*.consul, server.dc1.consul, false",
        "*, consul, false",
        "'', '', false"
    })
    void aStarStandsForTheLeftmostLabelAsAWhole(String pattern, String name, boolean matches) {
        assertEquals(matches, CertificateNames.matches(pattern, name));
    }
}
