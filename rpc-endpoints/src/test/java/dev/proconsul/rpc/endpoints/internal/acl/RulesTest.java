package dev.proconsul.rpc.endpoints.internal.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.RpcException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rules of section 3.2 of the endpoint chapter.
class RulesTest {
    private static RuleBook book(boolean otherwise, String... policies) throws RpcException {
        var rules = new ArrayList<Rule>();
        for (var policy : policies) {
            rules.addAll(RuleReader.read(policy));
        }
        return new RuleBook(rules, otherwise, true);
    }

    private static boolean may(String policy, Resource resource, Access access, String name) throws RpcException {
        return book(false, policy).may(resource, access, name);
    }

    @ParameterizedTest
    @CsvSource({"app/x, true, false", "app/no, false, false", "app/no/x, true, false", "app/w/x, true, true",
        "ap, false, false", "'', false, false"})
    @DisplayName("an exact name beats a prefix, the longest prefix the others, and nothing said is the default")
    void precedence(String key, boolean reads, boolean writes) throws Exception {
        var policy = "key_prefix \"app/\" { policy = \"read\" } key \"app/no\" { policy = \"deny\" }"
                + " key_prefix \"app/w/\" { policy = \"write\" }";
        assertEquals(reads, may(policy, Resource.KEY, Access.READ, key));
        assertEquals(writes, may(policy, Resource.KEY, Access.WRITE, key));
    }

    @Test
    @DisplayName("several policies about one resource: deny, write, list, read, in this order")
    void merging() throws Exception {
        for (var words : List.of("read deny - -", "read write w r", "list read - l", "write deny - -", "list write w l")) {
            var w = words.split(" ");
            var one = "key \"a\" { policy = \"" + w[0] + "\" }";
            var other = "key \"a\" { policy = \"" + w[1] + "\" }";
            for (var book : List.of(book(true, one, other), book(true, other, one))) {
                assertEquals(w[2].equals("w"), book.may(Resource.KEY, Access.WRITE, "a"), words);
                assertEquals(!w[3].equals("-"), book.may(Resource.KEY, Access.READ, "a"), words);
                assertEquals(w[2].equals("w") || w[3].equals("l"), book.may(Resource.KEY, Access.LIST, "a"), words);
            }
        }
    }

    @Test
    @DisplayName("intentions: what the service says, else read with read or write")
    void intentions() throws Exception {
        var policy = "service \"web\" { policy = \"write\" } service \"api\" { policy = \"deny\" }"
                + " service_prefix \"m\" { policy = \"deny\" intentions = \"write\" }";
        assertTrue(may(policy, Resource.INTENTION, Access.READ, "web"));
        assertFalse(may(policy, Resource.INTENTION, Access.WRITE, "web"));
        assertFalse(may(policy, Resource.INTENTION, Access.READ, "api"));
        assertTrue(may(policy, Resource.INTENTION, Access.WRITE, "mesh"));
        assertTrue(may(policy, Resource.INTENTION, Access.READ, "*"));
        assertFalse(may(policy, Resource.INTENTION, Access.WRITE, "*"));
        var all = "service_prefix \"\" { policy = \"deny\" intentions = \"write\" }";
        assertTrue(may(all, Resource.INTENTION, Access.WRITE, "*"));
    }

    @Test
    @DisplayName("mesh and peering follow the operator where nothing is said of them")
    void mesh() throws Exception {
        assertTrue(may("operator = \"write\"", Resource.MESH, Access.WRITE, ""));
        assertTrue(may("operator = \"read\" peering = \"write\"", Resource.PEERING, Access.WRITE, ""));
        assertFalse(may("operator = \"write\" mesh = \"deny\"", Resource.MESH, Access.READ, ""));
        assertTrue(book(true).may(Resource.MESH, Access.WRITE, ""));
    }

    @Test
    @DisplayName("all names below a prefix: the rule that covers them, and every one below it")
    void mayAll() throws Exception {
        var policy = "key_prefix \"w/\" { policy = \"write\" } key_prefix \"w/no/\" { policy = \"read\" }"
                + " key \"w/x/no\" { policy = \"deny\" }";
        assertTrue(book(false, policy).mayAll(Resource.KEY, Access.WRITE, "w/y/"));
        assertFalse(book(false, policy).mayAll(Resource.KEY, Access.WRITE, "w/"));
        assertFalse(book(false, policy).mayAll(Resource.KEY, Access.WRITE, "w/x/"));
        assertFalse(book(false, policy).mayAll(Resource.KEY, Access.WRITE, "other/"));
        assertTrue(book(true, policy).mayAll(Resource.KEY, Access.WRITE, "other/"));
        assertTrue(book(true).mayAll(Resource.KEY, Access.WRITE, ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "key_prefix \"a/\" { policy = \"bogus\" } | Invalid key_prefix policy: &acl.KeyRule{Prefix:\"a/\", Policy:\"bogus\", EnterpriseRule:acl.EnterpriseRule{}}",
        "acl = \"x\"                        | Invalid acl policy: \"x\"",
        "operator = \"list\"                | Invalid operator policy: \"list\"",
        "node \"n\" { policy = \"list\" }    | Invalid node policy: &acl.NodeRule{Name:\"n\", Policy:\"list\", EnterpriseRule:acl.EnterpriseRule{}}",
        "session \"n\" { }                  | Invalid session policy: &acl.SessionRule{Node:\"n\", Policy:\"\"}",
        "service \"s\" { policy = \"read\" intentions = \"x\" } | Invalid service intentions policy: &acl.ServiceRule{Name:\"s\", Policy:\"read\", Intentions:\"x\", EnterpriseRule:acl.EnterpriseRule{}}",
        "key = \"read\"                     | Failed to parse ACL rules: key: expected a name and a block, as in key \"name\" { policy = \"read\" }",
        "nonsense {                       | Failed to parse ACL rules: At 1:12: object expected closing RBRACE got: EOF"
    })
    void whatIsWrongIsNamed(String rules, String error) {
        assertEquals(error, assertThrows(RpcException.class, () -> RuleReader.check(rules)).getMessage());
    }

    @Test
    @DisplayName("the built-in policies can be read, and allow all and only reading")
    void builtin() throws Exception {
        for (var resource : Resource.values()) {
            assertTrue(may(Builtin.MANAGEMENT.rules(), resource, Access.WRITE, "x"), resource.name());
            assertTrue(may(Builtin.READ_ONLY.rules(), resource, Access.READ, "x"), resource.name());
            assertFalse(may(Builtin.READ_ONLY.rules(), resource, Access.WRITE, "x"), resource.name());
        }
    }

    @Test
    @DisplayName("the longest prefix is found as by looking at every one")
    void longestPrefix() {
        long seed = Long.getLong("proconsul.seed", 4711);
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            var rules = new NameRules();
            var prefixes = new ArrayList<String>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                var prefix = word(random);
                if (!prefixes.contains(prefix)) {
                    prefixes.add(prefix);
                    rules.add(true, prefix, prefix.length() % 2 == 0 ? Level.READ : Level.WRITE);
                }
            }
            var name = word(random);
            var longest = prefixes.stream().filter(name::startsWith).max(Comparator.comparing(String::length));
            Optional<Level> expected = longest.map(p -> p.length() % 2 == 0 ? Level.READ : Level.WRITE);
            assertEquals(expected, rules.of(name), () -> "seed " + seed + ": " + name + " in " + prefixes);
        }
    }

    private static String word(Random random) {
        return random.ints(random.nextInt(5), 'a', 'd').collect(StringBuilder::new, StringBuilder::appendCodePoint,
                StringBuilder::append).toString();
    }
}
