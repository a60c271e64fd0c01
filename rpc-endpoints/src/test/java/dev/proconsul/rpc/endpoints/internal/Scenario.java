package dev.proconsul.rpc.endpoints.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.AclConfig;
import dev.proconsul.rpc.endpoints.QueryTimes;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Methods;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A story told in lines, each a call or a remark, played on a server of its own.
///
/// ```
/// # text                          a remark
/// = NAME                          NAME is the index of the last log entry from now on
/// + 5s                            five seconds pass
/// @ acl deny|allow [key-list]     the server has ACLs, this default, the management and the recovery token
/// ROWS METHOD {request}           a call; ROWS are numbers with commas, or -
///     ! text                      ... is refused with exactly this text
///     ~ text                      ... is refused with a text that begins so
///     > {reply}                   ... is answered; what is named here is so, nil is null
/// ```
///
/// In requests and replies "$NAME" stands for a value by name; in a reply "$?NAME" is any value but an empty one, which
/// has this name from then on, and "$*" is anything.
record Scenario(String file, String name, List<Scenario.Line> lines) {
    private static final String MANAGEMENT = "8c1b6d1e-0000-4000-8000-0000000000aa";
    private static final String RECOVERY = "8c1b6d1e-0000-4000-8000-0000000000bb";

    record Line(int number, String text) {}

    /// The stories of a file: each begins with a line `== name`.
    static List<Scenario> read(String file) throws IOException {
        var all = new ArrayList<Scenario>();
        try (var in = Scenario.class.getResourceAsStream("/conformance/" + file)) {
            int number = 0;
            for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                number++;
                if (line.startsWith("== ")) {
                    all.add(new Scenario(file, line.substring(3), new ArrayList<>()));
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    all.getLast().lines.add(new Line(number, line.strip()));
                }
            }
        }
        return all;
    }

    /// The numbers of the rows that a story shows.
    List<Integer> rows() {
        var rows = new ArrayList<Integer>();
        for (var line : lines) {
            var first = line.text.split(" ", 2)[0];
            if (first.matches("[0-9,]+")) {
                for (var row : first.split(",")) {
                    rows.add(Integer.valueOf(row));
                }
            }
        }
        return rows;
    }

    void play() {
        var stage = new Stage(lines.stream().map(Line::text).filter(line -> line.startsWith("@ acl")).findFirst()
                .map(Scenario::acl).orElse(AclConfig.DISABLED));
        for (var line : lines) {
            try {
                stage.play(line.text);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(file + ":" + line.number + ": " + line.text + "\n" + e.getMessage(), e);
            }
        }
        stage.end();
    }

    private static AclConfig acl(String line) {
        return new AclConfig(true, line.contains("allow"), line.contains("key-list"), MANAGEMENT, RECOVERY, "s1");
    }

    private static final class Stage {
        private final TestHost test;
        private final Map<String, Object> names = new LinkedHashMap<>();
        private Object reply;
        private RpcException refusal;

        Stage(AclConfig acl) {
            names.put("ROOT", MANAGEMENT);
            names.put("RECOVERY", RECOVERY);
            test = new TestHost(QueryTimes.DEFAULT, acl);
            test.duties.lead();
        }

        void play(String line) throws Exception {
            var rest = line.substring(1).strip();
            switch (line.charAt(0)) {
                case '@' -> { }
                case '=' -> names.put(rest, BigDecimal.valueOf(test.index()));
                case '+' -> test.time.advance(Duration.parse("PT" + rest.toUpperCase(Locale.ROOT)));
                case '!' -> assertEquals(named(rest).toString().replace("\\n", "\n").replace("\\t", "\t"), refused());
                case '~' -> {
                    var text = refused();
                    assertEquals(rest, text.substring(0, Math.min(rest.length(), text.length())));
                }
                case '>' -> {
                    assertNull(refusal, () -> "refused: " + refusal.getMessage());
                    match(Json.parse(rest), reply, "");
                }
                default -> call(line.split(" ", 3));
            }
        }

        private String refused() {
            if (refusal == null) {
                fail("answered: " + reply);
            }
            return refusal.getMessage();
        }

        private void call(String[] words) throws Exception {
            var method = Methods.named(words[1]).orElseThrow(() -> new AssertionError("no method " + words[1]));
            call(method, words.length < 3 ? Map.of() : named(Json.parse(words[2])));
        }

        private <Q, R> void call(Method<Q, R> method, Object request) throws Exception {
            reply = null;
            refusal = null;
            try {
                reply = method.reply().toJson(test.call(method, method.request().fromJson(request)));
            } catch (RpcException e) {
                refusal = e;
            }
        }

        /// With values in the place of names.
        private Object named(Object tree) {
            return switch (tree) {
                case Map<?, ?> map -> {
                    var copy = new LinkedHashMap<Object, Object>();
                    map.forEach((key, value) -> copy.put(named(key), named(value)));
                    yield copy;
                }
                case List<?> list -> list.stream().map(this::named).toList();
                case String text when text.startsWith("$") && names.containsKey(text.substring(1)) ->
                    names.get(text.substring(1));
                case String text when text.contains("$") -> {
                    var replaced = text;
                    for (var name : names.entrySet()) {
                        replaced = replaced.replace("$" + name.getKey(), name.getValue().toString());
                    }
                    yield replaced;
                }
                case null -> null;
                case Object other -> other;
            };
        }

        private void match(Object expected, Object actual, String place) {
            switch (expected) {
                case null -> assertNull(actual, place);
                case String text when text.equals("$*") -> { }
                case String text when text.startsWith("$?") -> {
                    if (actual == null || actual.toString().isEmpty()) {
                        fail(place + ": is " + actual);
                    }
                    names.put(text.substring(2), actual);
                }
                case Map<?, ?> map -> {
                    if (!(actual instanceof Map<?, ?> is) || map.isEmpty() && !is.isEmpty()) {
                        throw new AssertionError(place + ": expected " + map + ", is " + actual);
                    }
                    map.forEach((key, value) -> {
                        if (!is.containsKey(key)) {
                            fail(place + ": no " + key + " in " + is);
                        }
                        match(value, is.get(key), place + "." + key);
                    });
                }
                case List<?> list -> {
                    if (!(actual instanceof List<?> is) || is.size() != list.size()) {
                        throw new AssertionError(place + ": expected " + list + ", is " + actual);
                    }
                    for (int i = 0; i < list.size(); i++) {
                        match(list.get(i), is.get(i), place + "[" + i + "]");
                    }
                }
                case Object value -> {
                    var wanted = named(value);
                    if (wanted instanceof BigDecimal number && actual instanceof Number is) {
                        assertEquals(0, number.compareTo(new BigDecimal(is.toString())),
                                () -> place + ": expected " + number + ", is " + is);
                    } else {
                        assertEquals(wanted, actual, place);
                    }
                }
            }
        }

        void end() {
            test.duties.close();
            assertEquals(0, test.host.queries().blocking());
            assertEquals(0, test.time.pending());
        }
    }
}
