package dev.proconsul.rpc.server.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Everything as a user does it: make certificates, start a server with them, call it, reload it.
class ClientTlsTest {
    private static final Pattern LISTENING = Pattern.compile("listening on (127\\.0\\.0\\.1:[0-9]+) ");

    @TempDir
    private Path directory;
    private Run agent;
    private String address;

    @BeforeEach
    void start() throws IOException {
        for (var made : new String[] {"ca create", "cert create -server", "cert create -client"}) {
            assertEquals(0, Run.of(("tls " + made + " -dir " + directory).split(" ")).code);
        }
        agent = Run.of("agent", "-dev", "-server-port", "0", "-config", configure("dc1-server-consul-0", true));
        var listening = LISTENING.matcher(agent.err());
        assertTrue(listening.find(), agent.err());
        address = listening.group(1);
    }

    @AfterEach
    void stop() {
        var leave = agent.leave.get();
        assertNotNull(leave);
        leave.run();
    }

    private String configure(String certificate, boolean verify) throws IOException {
        return Files.writeString(directory.resolve("server.json"), """
                {"tls": {"internal_rpc": {"ca_file": "%s", "cert_file": "%s", "key_file": "%s", "verify_incoming": %s,
                                          "verify_outgoing": true, "verify_server_hostname": true}}}"""
                .formatted(file("consul-agent-ca"), file(certificate), file(certificate + "-key"), verify)).toString();
    }

    private Path file(String name) {
        return directory.resolve(name + ".pem");
    }

    private Run call(String options) {
        return Run.of(("call -server " + address + " " + options + " Status.Leader").split(" "));
    }

    private String shown() {
        return "-ca-file " + file("consul-agent-ca") + " -cert-file " + file("dc1-client-consul-0") + " -key-file "
                + file("dc1-client-consul-0-key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mux", "single", "alpn"})
    void aCallGoesThroughTlsInEveryMode(String mode) {
        var run = call(shown() + " -mode " + mode);

        assertEquals(0, run.code, run.err());
        assertEquals('"' + address + "\"\n", run.out());
        assertEquals(0, call(shown() + " -tls-server-name server.dc1.consul -mode " + mode).code);
    }

    @Test
    void aWrongNameIsNamedWithWhatToChange() {
        var run = call(shown() + " -tls-server-name server.dc2.consul");

        assertEquals(1, run.code);
        assertEquals("cannot connect to " + address + ": certificate is valid for server.dc1.consul, localhost, 127.0.0.1, "
                + "not server.dc2.consul; -tls-server-name says which name it must have, often "
                + "server.<datacenter>.consul", run.complaint());
    }

    @Test
    void withoutACertificateACallFailsInOneLine() {
        var run = call("-ca-file " + file("consul-agent-ca"));

        assertEquals(1, run.code);
        assertTrue(run.complaint().contains(address), run.err());
        assertEquals(1, call("-timeout 5s").code, "clear text is refused");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-cert-file a              | 2 | -cert-file needs -ca-file, the authority to verify the server with",
        "-tls-server-name a        | 2 | -tls-server-name needs -ca-file, the authority to verify the server with",
        "-mode alpn                | 2 | -mode alpn needs TLS: -ca-file, and -cert-file and -key-file",
        "-mode other               | 2 | -mode is 'other', but must be mux, single or alpn",
        "-ca-file nowhere          | 1 | cannot read nowhere: there is no such file"
    })
    void whatDoesNotGoTogetherIsNamed(String options, int code, String complaint) {
        var run = call(options);

        assertEquals(code, run.code);
        assertEquals(complaint, run.complaint());
    }

    @Test
    void aHangUpReloadsOrLeavesAllAsItWas() throws IOException {
        var hangUp = agent.hangUp.get();
        assertNotNull(hangUp);
        assertEquals(1, call("-timeout 5s").code);

        configure("dc1-server-consul-0", false);
        hangUp.run();
        assertEquals(0, call("-timeout 5s").code, agent.err());
        assertTrue(agent.err().contains("reloaded\n"), agent.err());

        configure("missing", true);
        hangUp.run();
        assertTrue(agent.err().contains("proconsul: not reloaded, everything stays as it was: Failed reloading tls "
                + "configuration: cannot read " + file("missing") + ": there is no such file"), agent.err());
        assertEquals(0, call("-timeout 5s").code);
    }
}
