package dev.proconsul.rpc.endpoints.internal.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.ServiceAddress;
import dev.proconsul.rpc.structs.Weights;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Filters over one instance, by what they say.
class FilterTest {
    private static final CheckServiceNode ROW = new CheckServiceNode(
            Node.ZERO.withNode("n1").withMeta(Map.of("rack", "r1", "with-dash", "x")),
            NodeService.ZERO.withService("web").withPort(80).withTags(List.of("v1", "Prod")).withEnableTagOverride(true)
                    .withTaggedAddresses(Map.of("lan", new ServiceAddress("10.0.0.1", 8080)))
                    .withWeights(new Weights(3, 1)),
            List.of(HealthCheck.ZERO.withStatus("passing").withName("one two"),
                    HealthCheck.ZERO.withStatus("warning")));

    private static boolean holds(String filter) throws RpcException {
        return !Filter.of(filter, RowTypes.CHECK_SERVICE_NODE).apply(List.of(ROW)).isEmpty();
    }

    private static String refusal(String filter) {
        var prefix = "Failed to create boolean expression evaluator: ";
        var text = assertThrows(RpcException.class, () -> Filter.of(filter, RowTypes.CHECK_SERVICE_NODE)).getMessage();
        assertTrue(text.startsWith(prefix), text);
        return text.substring(prefix.length());
    }

    private static Stream<DynamicTest> each(boolean expected, String... filters) {
        return Stream.of(filters).map(filter -> DynamicTest.dynamicTest(filter + " is " + expected,
                () -> assertEquals(expected, holds(filter))));
    }

    @TestFactory
    Stream<DynamicTest> hold() {
        return each(true,
                "Service.Port == 80", "Service.Port==80", "Service.Port != 81", "Service.Port == \"0x50\"",
                "Service.Service == web", "Service.Service == \"web\"", "Service.Service == `web`",
                "\"eb\" in Service.Service", "Service.Service contains we", "Service.Service not contains xx",
                "Service.Service matches `^w.b$`", "Service.Service not matches \"^x\"",
                "Prod in Service.Tags", "Service.Tags contains v1", "prod not in Service.Tags",
                "Service.Tags is not empty", "Service.Meta is empty", "Checks is not empty",
                "Service.EnableTagOverride == true", "Service.EnableTagOverride != 0",
                "Service.TaggedAddresses.lan.Address == \"10.0.0.1\"", "Service.TaggedAddresses.lan.Port == 8080",
                "Service.TaggedAddresses[\"lan\"].Port == 8080", "lan in Service.TaggedAddresses",
                "Service.Weights.Passing == 3", "Node.Meta.rack == r1", "Node.Meta[\"with-dash\"] == x",
                "\"with-dash\" in Node.Meta", "Checks.Status == warning", "Checks.Status == passing",
                "Checks.Name == \"one two\"",
                "(Service.Port == 1 or Service.Port == 80) and not Service.Service == db",
                "not not Service.Port == 80", " ( Service.Port == 80 ) ", "Service.Port == 1 or Service.Port == 80",
                "Service.Port == 80 or Service.Port == 1 and Service.Port == 2");
    }

    @TestFactory
    Stream<DynamicTest> doNotHold() {
        return each(false,
                "Service.Port == 81", "not Service.Port == 80", "Service.Service == WEB", "x in Service.Service",
                "prod in Service.Tags", "Service.Tags is empty", "Service.Meta is not empty",
                "Checks.Status == critical", "Service.Port == 80 and Service.Port == 81",
                "(Service.Port == 80 or Service.Port == 1) and Service.Port == 2");
    }

    /// What is not there is not equal to anything, and so is different from everything.
    @TestFactory
    Stream<DynamicTest> absentKeys() {
        return Stream.concat(
                each(false, "Node.Meta.zz == r1", "x in Node.Meta.zz", "Node.Meta.zz matches `.*`",
                        "zz in Node.Meta", "Service.TaggedAddresses.wan.Port == 1"),
                each(true, "Node.Meta.zz != r1", "x not in Node.Meta.zz", "Node.Meta.zz not matches `.*`",
                        "Service.TaggedAddresses.wan.Port != 1"));
    }

    @Test
    void theEmptyFilterLeavesEverythingAsItIs() throws RpcException {
        List<CheckServiceNode> nothing = Nil.list();
        assertSame(nothing, Filter.of("", RowTypes.CHECK_SERVICE_NODE).apply(nothing));
    }

    @Test
    void aTextThatIsNoFilterIsRefusedAsTheGeneratedParserDoes() {
        assertEquals("1:8 (7): no match found, expected: \"-\", \"0\", \"\\\"\", \"`\", [ \\t\\r\\n], [1-9] or [a-zA-Z]",
                refusal("Node ==")); // recorded
        assertEquals("1:21 (20): no match found, expected: [ \\t\\r\\n]", refusal("Service.Port == 1 or"));
        assertTrue(refusal("Service.Port = 1").startsWith("1:14 (13): no match found, expected: "));
        assertTrue(refusal("(Service.Port == 1").contains("rule \"grouping\": Unmatched parentheses"));
        assertTrue(refusal("Service.Service == \"x").contains("rule \"string\": Unterminated string literal"));
        assertTrue(refusal("Service.Port == 1x").contains("rule \"number\": Invalid number literal"));
        assertTrue(refusal("Node.Meta[x] == 1").contains("rule \"index\": Invalid index"));
    }

    @Test
    void aFieldThatIsNotThereIsRefusedByName() {
        assertEquals("Selector \"Nope\" is not valid", refusal("Nope == 1"));
        assertEquals("Selector \"Service.Nope\" is not valid", refusal("Service.Nope == 1"));
        assertEquals("Selector \"Service.Port.Deeper\" is not valid", refusal("Service.Port.Deeper == 1"));
        for (var hidden : List.of("Node.CreateIndex", "Node.Locality", "Checks.Definition", "Service.Proxy.Config",
                "Service.LocallyRegisteredAsSidecar", "Service.Connect.SidecarService")) {
            assertEquals("Selector \"" + hidden + "\" is not valid", refusal(hidden + " == 1"));
        }
    }

    @Test
    void anOperatorThatDoesNotFitIsRefused() {
        assertEquals("Invalid match operator \"In\" for selector \"Service.Port\"", refusal("x in Service.Port"));
        assertEquals("Invalid match operator \"Equal\" for selector \"Service.Tags\"", refusal("Service.Tags == x"));
        assertEquals("Invalid match operator \"Equal\" for selector \"Service\"", refusal("Service == x"));
        assertEquals("Invalid match operator \"Is Empty\" for selector \"Service.Service\"",
                refusal("Service.Service is empty"));
        assertEquals("Invalid match operator \"In\" for selector \"Checks\"", refusal("x in Checks"));
    }

    @Test
    void aValueThatDoesNotFitIsRefusedInGosWords() {
        assertEquals("Failed to coerce value \"abc\" for selector \"Service.Port\": "
                + "strconv.ParseInt: parsing \"abc\": invalid syntax", refusal("Service.Port == abc"));
        assertEquals("Failed to coerce value \"1.5\" for selector \"Service.Port\": "
                + "strconv.ParseInt: parsing \"1.5\": invalid syntax", refusal("Service.Port == 1.5"));
        assertEquals("Failed to coerce value \"maybe\" for selector \"Service.EnableTagOverride\": "
                + "strconv.ParseBool: parsing \"maybe\": invalid syntax",
                    refusal("Service.EnableTagOverride == maybe"));
        assertTrue(refusal("Service.Service matches \"(\"").startsWith("Failed to compile regular expression \"(\""));
        assertTrue(refusal("Service.Service matches `(?=x)`").contains("unsupported Perl syntax"));
    }

    /// Whoever sends a filter chooses how deep it is, how long, and what its expressions cost.
    @Test
    void filtersCannotFillTheStackOrRunForever() throws RpcException {
        assertTrue(refusal("(".repeat(100_000)).contains("nested more than"));
        assertTrue(refusal("not ".repeat(100_000) + "Service.Port == 1").contains("nested more than"));
        assertTrue(refusal("Service.Port == 1 or ".repeat(10_000) + "Service.Port == 1").contains("more than"));
        var slow = Node.ZERO.withNode("a".repeat(40) + "!");
        assertEquals(List.of(), Filter.of("Node matches `^(a+)+$`", RowTypes.NODE).apply(List.of(slow)));
    }

    @Test
    void randomTextsAreFiltersOrRefused() {
        var random = new Random(11);
        var words = List.of("Service", "Port", ".", "==", "!=", " ", "(", ")", "not", "in", "and", "or", "is", "empty",
                "\"", "`", "[", "]", "-", "0", "12", "x", "Checks", "Status", "matches", "contains");
        for (int i = 0; i < 50_000; i++) {
            var text = new StringBuilder("S");
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append(words.get(random.nextInt(words.size())));
            }
            try {
                Filter.of(text.toString(), RowTypes.CHECK_SERVICE_NODE).apply(List.of(ROW));
            } catch (RpcException e) {
                assertTrue(e.getMessage().length() > 50, text.toString());
            }
        }
    }
}
