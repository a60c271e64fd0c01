package dev.proconsul.rpc.endpoints.internal.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.structs.ACLNodeIdentity;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLServiceIdentity;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenPolicyLink;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.Nil;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8",
        "1, 8928aae63c84d87ea098564d1e03ad813f107add474e56aedd286349c0c03ea4",
        "127, 59e2f1aba240f20aa591016f5ef429990bc9c2131dcd0d30f0ffd75ed18f317d",
        "128, ae2aa48507885c4c950fb809b2076f959cde9f8ea6da260d9a3587df33dac450",
        "129, 2f64744a6de0d2c0b56e64cf6e29a5aaa255010d415d51c75ccc82f73dccd865",
        "256, eae4d3a7627549b383179dc18049964f91a6fed14c9f3fb26705eda3eeda5558",
        "1000, e00b0ddbf1e2cdaf5c898e1a5e8826ea3a2c339bcf2a478da2e5fca9ff126672"})
    @DisplayName("BLAKE2b-256 of n times 'a'")
    void blake(int length, String hex) {
        assertEquals(hex, HexFormat.of().formatHex(new Blake2b256().add("a".repeat(length)).digest()));
        var pieces = new Blake2b256();
        for (int i = 0; i < length; i++) {
            pieces.add("a");
        }
        assertEquals(hex, HexFormat.of().formatHex(pieces.digest()));
    }

    private static Bytes base64(String text) {
        return Bytes.of(Base64.getDecoder().decode(text));
    }

    @Test
    @DisplayName("hashes that a real server made")
    void recorded() {
        assertEquals(base64("0BBm+Ic37GR9GXsgg3LZh5u9XPcu2pbVbe16lfRttYM="), Hashes.of(ACLPolicy.ZERO
                .withName("app-read-plain").withDescription("read app").withDatacenters(List.of("dc1")).withRules(
                        "key_prefix \"app/\" { policy = \"read\" } node_prefix \"\" { policy = \"read\" }")));
        assertEquals(base64("RNVFSWnfd5DUOuB8vplp+imivlIna3fKQVnkUHh21cA="),
                Hashes.of(ACLToken.ZERO.withDescription("Anonymous Token")));
        assertEquals(base64("nStpVaQ6vJtW3I4i4dViby/8nX3OXTqOIqxOVo3tMoE="), Hashes.of(ACLToken.ZERO
                .withDescription("reader").withLocal(true)
                .withPolicies(List.of(new ACLTokenPolicyLink("c2f45fea-da3a-8a24-ac78-815333dd2b55", "")))
                .withServiceIdentities(List.of(new ACLServiceIdentity("web", Nil.list())))
                .withNodeIdentities(List.of(new ACLNodeIdentity("n1", "dc1")))));
    }
}
