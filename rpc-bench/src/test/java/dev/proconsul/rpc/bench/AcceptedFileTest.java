package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The file of what was accepted")
class AcceptedFileTest {
    private static final String TEXT = """
            {
              "mux-64": {
                "date": "2026-11-26",
                "processor": "Sample 9000 (model 7)",
                "processors": 2,
                "jdk": "25.0.1+8",
                "go": "go1.26.0",
                "run": "full",
                "ratios": {
                  "go-yamux": {
                    "rate": 13.89,
                    "cpu": 0.07143,
                    "p99": 1
                  },
                  "tcp": {
                    "rate": 2,
                    "cpu": 0.5,
                    "p99": 0.25
                  }
                }
              }
            }
            """;

    @TempDir
    private Path directory;

    private AcceptedFile file;

    @BeforeEach
    void inDirectory() {
        file = AcceptedFile.in(directory);
    }

    private static Accepted sample() {
        var ratios = new LinkedHashMap<String, Ratios>();
        ratios.put("go-yamux", new Ratios(13.89, 0.07143, 1));
        ratios.put("tcp", MadeUp.TWICE);
        return Accepted.NOTHING.with(Scenario.MUX_64, new Accepted.Entry(MadeUp.HERE, ratios));
    }

    @Test
    @DisplayName("Where there is none, nothing was accepted")
    void missing() throws IOException {
        assertEquals(Accepted.NOTHING, file.read());
    }

    @Test
    @DisplayName("What is written is easy to read, and read as the same")
    void roundTrip() throws IOException {
        file.write(sample());

        assertEquals(TEXT, Files.readString(file.path()));
        assertEquals(sample(), file.read());
        var contenders = file.read().of(Scenario.MUX_64).orElseThrow().ratios().keySet();
        assertEquals(List.of("go-yamux", "tcp"), List.copyOf(contenders));
        try (var files = Files.list(directory)) {
            assertEquals(List.of(file.path()), files.toList());
        }
    }

    @Test
    @DisplayName("A ratio has four digits, whatever its size")
    void fourDigits() throws IOException {
        var ratios = new Ratios(1_234.567, 0.000123456, 2.0 / 3);
        var entry = new Accepted.Entry(MadeUp.HERE, Map.of("go-yamux", ratios));

        file.write(Accepted.NOTHING.with(Scenario.PING, entry));

        var text = Files.readString(file.path());
        assertTrue(text.contains("\"rate\": 1235,"), text);
        assertTrue(text.contains("\"cpu\": 0.0001235,"), text);
        assertTrue(text.contains("\"p99\": 0.6667\n"), text);
    }

    @Test
    @DisplayName("Scenarios have one order, in whichever they were accepted")
    void order() throws IOException {
        file.write(MadeUp.accepted(MadeUp.HERE, Scenario.MUX_OPEN, Scenario.PING, Scenario.MUX_64));
        var text = Files.readString(file.path());

        file.write(MadeUp.accepted(MadeUp.HERE, Scenario.MUX_64, Scenario.MUX_OPEN, Scenario.PING));

        assertEquals(text, Files.readString(file.path()));
        var titles = text.lines().filter(line -> line.matches("  \"[a-z].*")).map(String::strip).toList();
        assertEquals(List.of("\"ping\": {", "\"mux-64\": {", "\"mux-open\": {"), titles);
    }

    @Test
    @DisplayName("A quick run stays a quick one")
    void quick() throws IOException {
        var here = MadeUp.HERE;
        var quick = new Setting(here.date(), here.processor(), here.processors(), here.jdk(), here.go(), true);

        file.write(MadeUp.accepted(quick, Scenario.MUX_64));

        assertTrue(file.read().of(Scenario.MUX_64).orElseThrow().setting().quick());
    }

    private static Stream<Arguments> damaged() {
        return Stream.of(
                Arguments.of("", "the whole is not an object"),
                Arguments.of("[]", "the whole is not an object"),
                Arguments.of(TEXT.substring(0, 200), "line 10 column"),
                Arguments.of("<<<<<<< HEAD\n" + TEXT, "line 1 column"),
                Arguments.of(TEXT.replace("mux-64", "mux-65"), "no scenario is called mux-65"),
                Arguments.of(TEXT.replace("2026-11-26", "yesterday"), "mux-64.date is not a date"),
                Arguments.of(TEXT.replace("\"full\"", "\"slow\""), "mux-64.run is not full or quick"),
                Arguments.of(TEXT.replace("\"jdk\"", "\"java\""), "mux-64.jdk is not a string"),
                Arguments.of(TEXT.replace("ratios", "rations"), "mux-64.ratios is not an object"),
                Arguments.of(TEXT.replace("13.89", "\"much\""), "go-yamux.rate is not a number above 0"),
                Arguments.of(TEXT.replace("0.07143", "0"), "mux-64.ratios.go-yamux.cpu is not a number above 0"),
                Arguments.of(TEXT.replace("0.07143", "1e999"), "go-yamux.cpu is not a number above 0"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource
    @DisplayName("A damaged file gives one line: where it is, what is wrong, what to do")
    void damaged(String text, String reason) throws IOException {
        Files.writeString(file.path(), text);

        var message = String.valueOf(assertThrows(IOException.class, file::read).getMessage());

        assertTrue(message.startsWith(file.path() + " is damaged (") && message.contains(reason), message);
        assertTrue(message.endsWith("): restore it, or delete it and run with --accept"), message);
        assertFalse(message.contains("\n"), message);
    }
}
