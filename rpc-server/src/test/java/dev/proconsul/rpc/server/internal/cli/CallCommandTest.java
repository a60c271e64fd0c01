package dev.proconsul.rpc.server.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallCommandTest {
    private static RpcServer server;
    private static String address;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws IOException {
        server = RpcServer.start(ServerConfig.dev().withServerPort(0));
        address = "127.0.0.1:" + server.address().getPort();
    }

    @AfterAll
    static void end() {
        server.close();
    }

    private static Run call(String... args) {
        var all = new ArrayList<>(List.of("call", "-server", address));
        all.addAll(List.of(args));
        return Run.of(all.toArray(String[]::new));
    }

    private static Object json(Run run) throws UsageError {
        assertEquals("", run.err());
        assertEquals(0, run.code);
        return JsonText.parse("the reply", run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mux", "single"})
    void whatIsWrittenIsReadBack(String mode) throws UsageError {
        var key = "call/" + mode;
        assertEquals(false, json(call("-mode", mode, "KVS.Apply",
                "{\"Op\":\"set\",\"DirEnt\":{\"Key\":\"" + key
                + "\",\"Value\":\"YWI=\",\"Flags\":18446744073709551615}}")));

        var reply = assertInstanceOf(Map.class, json(call("--mode=" + mode, "KVS.Get", "{\"key\":\"" + key + "\"}")));

        var entry = assertInstanceOf(Map.class, assertInstanceOf(List.class, reply.get("Entries")).getFirst());
        assertEquals("YWI=", entry.get("Value"));
        assertEquals(key, entry.get("Key"));
        assertEquals(new BigInteger("18446744073709551615"), entry.get("Flags"));
    }

    @Test
    void withoutARequestAllFieldsAreZero() throws UsageError {
        assertEquals(address, json(call("Status.Leader")));
        assertEquals(Map.of(), json(call("Status.Ping")));
    }

    @Test
    void aRequestComesFromAFileOrStandardInput() throws Exception {
        var file = Files.writeString(directory.resolve("request.json"), "{\"Key\": \"nothing\"}");

        var fromFile = assertInstanceOf(Map.class, json(call("KVS.Get", "@" + file)));
        var fromInput = assertInstanceOf(Map.class, json(new Run().withInput("{\"Key\": \"nothing\"}")
                .start("call", "-server", address, "KVS.Get", "-")));

        assertEquals(fromFile.keySet(), fromInput.keySet());
        assertTrue(fromFile.containsKey("Entries"));
    }

    @Test
    void optionsStandForFieldsAndTheRequestWins() throws UsageError {
        var refused = call("-datacenter", "dc9", "KVS.Get", "{\"Key\":\"a\"}");
        assertEquals(1, refused.code);
        assertEquals("KVS.Get to " + address + ": the server says: No path to datacenter", refused.complaint());

        json(call("-datacenter", "dc9", "-stale", "-token", "t", "KVS.Get", "{\"Key\":\"a\",\"datacenter\":\"dc1\"}"));
        json(call("-consistent", "KVS.Get", "{\"Key\":\"a\"}"));
    }

    @Test
    void whatTheServerRefusesIsTold() {
        var run = call("KVS.Apply", "{\"Op\":\"set\"}");

        assertEquals(1, run.code);
        assertEquals("KVS.Apply to " + address + ": the server says: Must provide key", run.complaint());
        assertEquals("", run.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "KV.Get     | {}             | there is no method 'KV.Get'; did you mean KVS.Get?",
        "kvs.get    | {}             | there is no method 'kvs.get'; did you mean KVS.Get?",
        "Status.Pong | {}            | there is no method 'Status.Pong'; did you mean Status.Ping?",
        "KVS.Get    | {\"Key\":      | the request is not whole JSON: line 1 column 8 (at $.Key): End of input",
        "KVS.Get    | {\"Key\":\"a\",} | the request is not valid JSON: line 1 column 13 (at $.Key): Expected name",
        "KVS.Get    | {} {}          | the request is not valid JSON: line 1 column 5 (at $): unexpected text",
        "KVS.Get    | {\"Kex\":\"a\"} | the request of KVS.Get: unknown field Kex of KeyRequest, expected perhaps Key",
        "KVS.Get    | {\"Key\":5}    | the request of KVS.Get: Key: found 5, expected a string",
        "KVS.Get    | []             | the request of KVS.Get: found a list, expected an object with the fields of KeyRequest",
        "KVS.Get    | @no-such-file  | there is no file 'no-such-file'"
    })
    void aBadRequestIsExplainedAndNotSent(String method, String request, String complaint) {
        var run = Run.of("call", "-server", "127.0.0.1:1", method, request);

        assertEquals(2, run.code);
        assertEquals(complaint, run.complaint());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-server a:b      | -server: 'a:b' is no server address; expected HOST:PORT, HOST or [IPV6]:PORT",
        "-server a:70000  | -server: the port of 'a:70000' is 70000, but must be 1 to 65535",
        "-mode both       | -mode is 'both', but must be mux, single or alpn",
        "-timeout soon    | -timeout is 'soon', but must be a time of more than zero, such as 5s or 1m30s",
        "-timeout 0       | -timeout is '0', but must be a time of more than zero, such as 5s or 1m30s",
        "-stale -consistent | -stale and -consistent exclude each other",
        "-stale           | the request of Status.Ping has no field AllowStale, which an option asks for"
    })
    void aBadOptionIsNamedWithWhatWasExpected(String options, String complaint) {
        var run = Run.of(("call " + options + " Status.Ping").split(" "));

        assertEquals(2, run.code);
        assertEquals(complaint, run.complaint());
    }

    @Test
    void anUnknownServiceNamesTheKnownOnesAndAnUnknownMethodItsSiblings() {
        assertTrue(call("Frobnication.DoItAllNow").complaint().contains(
                "expected Service.Method, with a service of "));
        assertTrue(call("KVS.CompletelyDifferentThing").complaint().contains(
                "; known there: KVS.Apply, KVS.Get, KVS.List"));
    }

    @Test
    void aServerThatIsDownIsNamed() throws IOException {
        int port;
        try (var gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }

        var run = Run.of("call", "-server", "127.0.0.1:" + port, "Status.Ping");

        assertEquals(1, run.code);
        assertEquals("cannot connect to 127.0.0.1:" + port + ": Connection refused; is the server running? "
                + "'proconsul agent -dev' starts one, -server names another", run.complaint());
    }

    @Test
    void aPortThatIsNotConsulsIsTold() throws IOException {
        try (var stranger = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> {
                try (var socket = stranger.accept()) {
                    socket.getInputStream().readNBytes(30);
                    socket.getOutputStream().write(
                            "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().read();
                } catch (IOException e) {
                    // the client has left
                }
            });

            var run = Run.of("call", "-server", "127.0.0.1:" + stranger.getLocalPort(), "Status.Ping");

            assertEquals(1, run.code);
            assertTrue(run.complaint().contains("does not speak Consul's RPC"), run.complaint());
            assertTrue(run.complaint().contains("127.0.0.1:" + stranger.getLocalPort()), run.complaint());
        }
    }
}
