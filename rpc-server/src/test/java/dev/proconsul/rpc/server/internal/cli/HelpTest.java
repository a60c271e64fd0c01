package dev.proconsul.rpc.server.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
    private static final List<String> CONNECTION =
            List.of("server", "mode", "ca-file", "cert-file", "key-file", "tls-server-name", "token", "datacenter", "timeout",
                    "stale", "consistent");
    private static final List<String> SNAPSHOT =
            List.of("server", "mode", "token", "datacenter", "timeout", "stale", "consistent", "format");
    private static final Map<String, List<String>> OPTIONS = Map.of(
            "agent", List.of("dev", "config", "bind", "server-port", "node", "datacenter", "data-dir",
            "bootstrap-expect",
                    "retry-join"),
            "call", CONNECTION, "watch", CONNECTION, "members", SNAPSHOT, "routes", List.of("format"), "snapshot", SNAPSHOT,
            "tls", List.of("domain", "days", "dir", "common-name", "name-constraint", "server", "client", "cli", "dc", "node",
                    "additional-dnsname", "additional-ipaddress", "ca", "key"),
            "grpc-proxy", List.of("listen", "mode", "ca-file", "timeout"), "version", List.of());

    @Test
    void aloneItShowsHelpAsAnError() {
        var run = Run.of();

        assertEquals(2, run.code);
        assertEquals("", run.out());
        assertTrue(run.err().contains("Usage: proconsul"), run.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "-help", "--help", "-h"})
    void helpListsTheCommandsWithOneLineEach(String word) {
        var run = Run.of(word);

        assertEquals(0, run.code);
        assertEquals("", run.err());
        for (var command : OPTIONS.keySet()) {
            assertTrue(run.out().lines().anyMatch(line -> line.matches("  " + command + " +[A-Z].*\\.")), command);
        }
        assertTrue(run.out().contains("Exit codes: 0 done, 1 failed, 2"), run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent", "call", "watch", "members", "snapshot", "tls", "grpc-proxy", "routes", "version"})
    void theHelpOfACommandHasEveryOptionAndTwoExamples(String command) {
        var run = Run.of("help", command);

        assertEquals(0, run.code);
        for (var option : OPTIONS.getOrDefault(command, List.of())) {
            assertTrue(run.out().contains("-" + option + ", --" + option), option);
        }
        assertTrue(run.out().contains("-h, -help, --help"));
        assertTrue(run.out().lines().filter(line -> line.startsWith("  proconsul ")).count() >= 2, run.out());
        assertTrue(run.out().lines().allMatch(line -> line.length() <= 100));
        assertEquals(run.out(), Run.of(command, "-help").out());
        assertEquals(run.out(), Run.of(command, "--help").out());
        assertEquals(run.out(), Run.of(command, "-h").out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "cal                     | unknown command 'cal'; did you mean call?",
        "hlep                    | unknown command 'hlep'; did you mean help?",
        "help verion             | unknown command 'verion'; did you mean version?",
        "frobnicate              | unknown command 'frobnicate'",
        "call --sever=x a        | unknown option --sever=x; did you mean -server?",
        "agent -devv             | unknown option -devv; did you mean -dev?",
        "call                    | call needs Service.Method",
        "call -server            | -server needs a value: HOST:PORT",
        "routes text             | routes does not know what to do with 'text'",
        "call -token a -token b x | -token is given twice"
    })
    void aMistakeIsExplainedInOneLine(String line, String complaint) {
        var run = Run.of(line.split(" "));

        assertEquals(2, run.code);
        assertEquals(complaint, run.complaint());
        assertTrue(run.err().lines().anyMatch(hint -> hint.matches("Try 'proconsul( \\w+)? -help'\\.")), run.err());
        assertEquals("", run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "-version", "--version"})
    void theVersionSaysWhatItWorksWith(String word) {
        var run = Run.of(word);

        assertEquals(0, run.code);
        assertTrue(run.out().startsWith("proconsul "), run.out());
        assertTrue(run.out().contains("Consul 1.10 to 1.21"), run.out());
        assertFalse(run.out().contains("unknown"), run.out());
    }

    @Test
    void theRoutingTableHasARowForEachProtocolInEachFormat() throws UsageError {
        var text = Run.of("routes");
        var json = Run.of("routes", "--format", "json");
        var mermaid = Run.of("routes", "-format=mermaid");

        assertEquals(List.of(0, 0, 0), List.of(text.code, json.code, mermaid.code));
        assertEquals(14, text.out().lines().count());
        assertEquals(13, ((List<?>) JsonText.parse("the table", json.out())).size());
        assertTrue(mermaid.out().startsWith("flowchart LR\n"), mermaid.out());
        var bad = Run.of("routes", "-format", "xml");
        assertEquals(2, bad.code);
        assertEquals("-format is 'xml', but must be text, json or mermaid", bad.complaint());
    }
}
