package dev.proconsul.rpc.server.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.endpoints.AclConfig;
import dev.proconsul.rpc.server.PeerConfig;
import dev.proconsul.rpc.server.SerfAgents;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentCommandTest {
    private static final Pattern LISTENING = Pattern.compile("listening on (127\\.0\\.0\\.1:[0-9]+) ");

    @TempDir
    private Path directory;

    private String file(String json) throws IOException {
        return Files.writeString(directory.resolve("c.json"), json).toString();
    }

    @Test
    void itSaysWhereItListensServesAndLeavesInOrder() throws IOException {
        var config = file("{\"datacenter\": \"dc7\", \"ports\": {\"server\": 1}}");
        var agent = Run.of("agent", "-dev", "--config", config, "-server-port", "0", "-node", "n1");

        assertEquals(CommandLineTool.STILL_RUNNING, agent.code);
        assertEquals("", agent.out());
        var listening = LISTENING.matcher(agent.err());
        assertTrue(listening.find(), agent.err());
        var address = listening.group(1);
        assertEquals(0, Run.of("call", "-server", address, "-datacenter", "dc7", "KVS.Get").code);

        var leave = agent.leave.get();
        assertNotNull(leave);
        leave.run();

        assertTrue(agent.err().contains("leaving"), agent.err());
        assertEquals(1, Run.of("call", "-server", address, "Status.Ping").code);
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var run = Run.of("agent", "-dev", "-server-port", Integer.toString(other.getLocalPort()));

            assertEquals(1, run.code);
            assertEquals("cannot listen on 127.0.0.1:" + other.getLocalPort() + ": Address already in use; "
                    + "-server-port takes another port (0: any free one), -bind another address", run.complaint());
        }
    }

    @Test
    void anAddressOfAnotherMachineIsNamed() {
        var run = Run.of("agent", "-dev", "-bind", "192.0.2.1", "-server-port", "0");

        assertEquals(1, run.code);
        assertTrue(run.complaint().startsWith("cannot listen on 192.0.2.1:0: Cannot assign requested address"),
                run.complaint());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-server-port 0               | agent needs -dev: this version runs a single server with its state in memory only",
        "-dev -server-port x          | -server-port is 'x', but must be a whole number from 0 to 65535",
        "-dev -server-port 65536      | -server-port is '65536', but must be a whole number from 0 to 65535",
        "-dev -server-port -1         | -server-port is '-1', but must be a whole number from 0 to 65535",
        "-dev -datacenter DC          | datacenter is 'DC', but may only have lower-case letters, digits, '-' and '_'",
        "-data-dir d                  | -data-dir needs replication, which this version does not have; run a single server with 'proconsul agent -dev'",
        "-dev -bootstrap-expect 3     | -bootstrap-expect needs replication, which this version does not have; run a single server with 'proconsul agent -dev'",
        "-retry-join a -retry-join b  | -retry-join needs replication, which this version does not have; run a single server with 'proconsul agent -dev'",
        "-dev -retry-join-wan 10.0.0.1:8300 | '10.0.0.1:8300' names no server of another datacenter; write DATACENTER=HOST:PORT, such as dc2=10.2.0.1:8300, with the server's RPC port (there is no gossip from which to learn the datacenter)",
        "-dev -retry-join-wan dc1=h:1 | retry_join_wan names a server of dc1, which is the datacenter of this server; it is for servers of others",
        "-dev -config nowhere.json    | there is no file 'nowhere.json'"
    })
    void aBadOptionIsNamedWithWhatWasExpected(String options, String complaint) {
        var run = Run.of(("agent " + options).split(" "));

        assertEquals(2, run.code);
        assertEquals(complaint, run.complaint());
    }

    @Test
    void everyKeyIsUnderstood() throws Exception {
        var config = ConfigFile.read(List.of(file("""
                {"node_name": "n", "datacenter": "d", "bind_addr": "::1", "default_query_time": "20m",
                 "max_query_time": "30m", "ports": {"server": 18300},
                 "limits": {"rpc_max_conns_per_client": 7, "rpc_handshake_timeout": "250ms", "rpc_client_timeout": "2h"},
                 "auto_encrypt": {"allow_tls": true}, "rpc": {"enable_streaming": false},
                 "performance": {"leave_drain_time": "1m30s", "rpc_hold_timeout": "3s"},
                 "primary_datacenter": "dc2",
                 "retry_join_wan": ["dc2=10.2.0.1:8300", "dc2=[::1]:8301", "dc3=s.dc3.example:8300"],
                 "acl": {"enabled": true, "default_policy": "deny", "enable_key_list_policy": true,
                         "tokens": {"initial_management": "m", "agent_recovery": "r"}},
                 "serf": {"auth_key": "k", "agent": "127.0.0.1:7373", "wan_agent": "[::1]", "wan_auth_key": "w"}}""")),
                ServerConfig.dev());

        assertEquals(new ServerConfig("n", "d", "::1", 18300, 7, Duration.ofMillis(250), Duration.ofMinutes(20),
                Duration.ofMinutes(30), Duration.ofSeconds(90), TlsConfig.NONE.withPlace("dc1", "consul"), 1000, true,
                new AclConfig(true, false, true, "m", "r", ""),
                SerfAgents.NONE.withLan(SerfAgents.Agent.NONE.withAddress("127.0.0.1:7373").withAuthKey("k"))
                        .withWan(SerfAgents.Agent.NONE.withAddress("[::1]").withAuthKey("w")),
                new PeerConfig(Map.of("dc2", List.of("10.2.0.1:8300", "[::1]:8301"), "dc3", List.of("s.dc3.example:8300")),
                        Duration.ofSeconds(3), Duration.ofHours(1), "dc2"), false), config);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{\"nod_name\": \"a\"}            | unknown key nod_name; did you mean node_name?",
        "{\"ports\": {\"serverr\": 1}}    | unknown key ports.serverr; did you mean ports.server?",
        "{\"serf\": {\"agent\": \"a b\"}} | 'a b' is no server address; expected HOST:PORT, HOST or [IPV6]:PORT",
        "{\"serf\": {\"auth_key\": \"\"}} | the key of the Serf agent is empty; leave it out",
        "{\"acl\": {\"enabled\": 1}}    | acl.enabled is 1, but must be true or false",
        "{\"acl\": {\"default_policy\": \"x\"}} | acl.default_policy is \"x\", but must be one of deny, allow",
        "{\"node_name\": 5}               | node_name is 5, but must be a text",
        "{\"ports\": {\"server\": \"a\"}} | ports.server is \"a\", but must be a whole number",
        "{\"ports\": {\"server\": 70000}} | ports.server is 70000, but must be 0 to 65535",
        "{\"max_query_time\": \"later\"}  | max_query_time is \"later\", but must be a duration such as \"5s\" or \"1m30s\"",
        "{\"retry_join_wan\": \"a\"}  | retry_join_wan is \"a\", but must be a list of texts",
        "{\"primary_datacenter\": \"DC 1\"} | primary_datacenter is 'DC 1', but may only have "
                + "lower-case letters, digits, '-' and '_'",
        "{\"retry_join_wan\": [5]}      | retry_join_wan is [5], but must be a list of texts",
        "{\"performance\": {\"rpc_hold_timeout\": \"0s\"}} | performance.rpc_hold_timeout must be more than zero",
        "{\"max_query_time\": null}       | max_query_time is null, but must be a duration such as \"5s\" or \"1m30s\""
    })
    void aBadKeyOrValueIsNamed(String json, String complaint) throws IOException {
        var file = file(json);

        var run = Run.of("agent", "-dev", "-config", file);

        assertEquals(2, run.code);
        assertEquals(file + ": " + complaint, run.complaint());
    }

    @Test
    void aFileThatIsNoJsonObjectIsNamed() throws IOException {
        assertTrue(Run.of("agent", "-dev", "-config",
                file("[1]")).complaint().endsWith("c.json holds [1], but must hold a JSON object"));
        assertTrue(Run.of("agent", "-dev", "-config", file("{\"a\":")).complaint().contains("line 1 column 6"));
        assertTrue(Run.of("agent", "-dev", "-config",
                directory.toString()).complaint().endsWith("is a directory, but must be a file"));
    }
}
