package dev.proconsul.rpc.endpoints.internal.hcl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HclTest {
    /// A tree as one line.
    private static String shown(Hcl value) {
        return switch (value) {
            case Hcl.Text(var text) -> "'" + text + "'";
            case Hcl.Literal(var literal) -> literal;
            case Hcl.Values(var values) ->
                values.stream().map(HclTest::shown).collect(Collectors.joining(" ", "[", "]"));
            case Hcl.Block(var items) -> items.stream()
                    .map(item -> String.join("/", item.keys()) + "=" + shown(item.value()))
                    .collect(Collectors.joining(" ", "{", "}"));
        };
    }

    private static String read(String text) throws HclException {
        return shown(Hcl.parse(text));
    }

    private static String refusal(String text) {
        return assertThrows(HclException.class, () -> Hcl.parse(text)).getMessage();
    }

    @Test
    void itemsMayHaveLabelsCommentsAndNoCommas() throws Exception {
        assertEquals("{acl='read' key/a={policy='write'} n=5 b=true l=['x' 1 {c='d'}]}", read("""
                # first
                acl = "read" // second
                key "a" { policy = "write", } /* third
                  goes on */ n = 5
                b = true
                l = ["x", 1, {c = "d"},]
                """));
        assertEquals("{}", read(""));
        assertEquals("{}", read(" \n\t"));
        assertEquals("{a/b={c/d={}}}", read("a b { c \"d\" {} }"));
    }

    @Test
    void textsHaveEscapesAndMayBeWholeLines() throws Exception {
        assertEquals("{a='\t\"\\\n\u00e4'}", read("a = \"\\t\\\"\\\\\\n\\u00e4\""));
        assertEquals("{a='x ${\"y\"}'}", read("a = \"x ${\"y\"}\""));
        assertEquals("{a='one\n  two\n'}", read("a = <<-END\n  one\n    two\n  END\n"));
        assertEquals("{a='  one\n'}", read("a = <<END\n  one\nEND\n"));
    }

    @Test
    void jsonIsTheSame() throws Exception {
        assertEquals("{acl='read' key={a={policy='write'}} l=['x' 1 true]}",
                read("{\"acl\": \"read\", \"key\": {\"a\": {\"policy\": \"write\"}}, \"l\": [\"x\", 1, true]}"));
        assertEquals("{}", read(" {} "));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "nonsense {     | At 1:12: object expected closing RBRACE got: EOF",
        "a = \"x        | At 1:5: literal not terminated",
        "a              | At 1:1: key 'a' expected start of object ('{') or assignment ('=')",
        "a = 1 a = 2    | The argument \"a\" at 1:7 was already set. Each argument can only be defined once",
        "= 1            | At 1:1: expected: IDENT | STRING got: ASSIGN",
        "a = ?          | At 1:5: illegal character",
        "a b = 1        | At 1:1: nested object expected: LBRACE got: ASSIGN",
        "/* a           | At 1:1: comment not terminated",
        "a = \"\\q\"    | At 1:7: illegal char escape",
        "{\"a\":1        | At 1:7: expected ',' got: EOF",
        "{\"a\":1,\"a\":2} | The argument \"a\" at 1:8 was already set. Each argument can only be defined once",
        "{} x           | At 1:4: text after the end of the object"
    })
    void whatIsWrongIsNamedWithItsPlace(String line) {
        var parts = line.split(" \\| ", 2);
        assertEquals(parts[1].strip(), refusal(parts[0].strip()));
    }

    @Test
    void deepTextsEndInAnError() {
        assertFalse(refusal("a { ".repeat(100_000)).isEmpty());
        assertFalse(refusal("a = " + "[".repeat(100_000)).isEmpty());
        assertFalse(refusal("{\"a\":".repeat(100_000)).isEmpty());
    }

    @Test
    void anyTextIsReadOrRefused() {
        long seed = Long.getLong("proconsul.seed", 4711);
        var random = new Random(seed);
        var pieces = new String[] {"a", "\"b\"", "{", "}", "[", "]", "=", ",", "\n", "<<", "-", "E", "#", "//", "/*",
                "*/",
            "\"", "\\", "${", "1", ":", " ", "\u00e4", "\ud83d\ude00", "\u0000"};
        for (int round = 0; round < 20_000; round++) {
            var text = random.ints(random.nextInt(12), 0, pieces.length).mapToObj(i -> pieces[i])
                    .collect(Collectors.joining());
            try {
                Hcl.parse(text);
            } catch (HclException e) {
                assertFalse(e.getMessage().isEmpty());
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + text, e);
            }
        }
    }
}
