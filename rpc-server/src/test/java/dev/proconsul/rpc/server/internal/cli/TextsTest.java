package dev.proconsul.rpc.server.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
    @ParameterizedTest
    @CsvSource({"5s, PT5S", "1m30s, PT1M30S", "250ms, PT0.25S", "1.5h, PT1H30M", "7us, PT0.000007S", "7µs, PT0.000007S",
        "3ns, PT0.000000003S", "0, PT0S", "0s, PT0S"})
    void aDurationIsRead(String text, Duration expected) {
        assertEquals(expected, Durations.parse(text).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "5 s", "-5s", "5d", "5S", "1..5s", "999999999h9", "9999999999s",
            "999999999h"})
    void whatIsNoDurationIsNone(String text) {
        assertTrue(Durations.parse(text).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "kvs.get | ; did you mean KVS.Get?", "Got | ; did you mean Get?", "zzzzzz | ''",
                "KVS.Gett | ; did you mean KVS.Get?"
    })
    void whatIsNearIsOffered(String word, String expected) {
        assertEquals(expected, Nearest.suggestion(word, List.of("KVS.Get", "Get", "Status.Ping")));
    }

    @ParameterizedTest
    @CsvSource({"'', abc, 3", "abc, '', 3", "kitten, sitting, 3", "same, SAME, 0", "ab, ba, 2"})
    void theDistanceIsThatOfLevenshtein(String left, String right, int expected) {
        assertEquals(expected, Nearest.distance(left, right));
    }

    @Test
    void jsonComesBackAsItWas() throws UsageError {
        for (var text : List.of("{\"a\":[1,-2,true,null,\"x<y\"],\"b\":{}}", "18446744073709551615", "0.5", "\"é\\n\"",
                "[]")) {
            assertEquals(text, JsonText.printLine(JsonText.parse("it", text)));
        }
        assertEquals(new BigInteger("9223372036854775808"), JsonText.parse("it", "9223372036854775808"));
        assertEquals(Long.MAX_VALUE, JsonText.parse("it", "9223372036854775807"));
        assertEquals("{\n  \"a\": 1\n}", JsonText.print(JsonText.parse("it", "{\"a\":1}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1,", "{'a':1}", "{\"a\":1,\"a\":2}", "nul", "01", "1 2",
            "[1e99999999999999999999]x", "// c\n1"})
    void whatIsNoJsonIsRefusedInOneLineWithItsPlace(String text) {
        var e = assertThrows(UsageError.class, () -> JsonText.parse("it", text));

        assertTrue(String.valueOf(e.getMessage()).matches(
                "it is not (whole|valid) JSON: line \\d+ column \\d+ \\(at \\$\\S*\\): .+"),
                e.getMessage());
    }

    @Test
    void deepAndLongInputIsRefused() {
        assertThrows(UsageError.class, () -> JsonText.parse("it", "[".repeat(100_000)));
        var e = assertThrows(UsageError.class, () -> JsonText.parse("it", "9".repeat(1001)));
        assertTrue(String.valueOf(e.getMessage()).contains("a number of 1001 characters"), e.getMessage());
    }
}
