package dev.proconsul.rpc.bench.codec;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.HealthCheckDefinition;
import dev.proconsul.rpc.structs.IndexedCheckServiceNodes;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.QueryMeta;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.ServiceAddress;
import dev.proconsul.rpc.structs.Weights;
import dev.proconsul.rpc.structs.WriteRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// What is written and read: the same values for every contender.
final class Values {
    private static final int NODES = 100;
    private static final int VALUE_LENGTH = 200;
    private static final List<String> TAGS = List.of("primary", "v1.42.0", "traefik.enable=true");

    private Values() {}

    /// {@return the write of one key, 200 bytes of JSON}
    static KVSRequest kvsRequest() {
        String value = "{\"endpoint\":\"https://payments.internal.example.com:8443/v2\",\"timeout\":\"2500ms\","
                + "\"retries\":3,\"features\":{\"capture\":true,\"refund\":true,\"instalments\":false},\"note\":\"\"}";
        value = value.replace("\"\"", "\"" + "x".repeat(VALUE_LENGTH - value.length()) + "\"");
        return KVSRequest.ZERO
                .withDatacenter("dc1")
                .withOp(KVOp.SET)
                .withDirEnt(DirEntry.ZERO.withKey("service/payments/production/config").withValue(Bytes.ofUtf8(value)))
                .withWriteRequest(new WriteRequest("b1d7a5f2-6f1e-4b7c-9a64-0f2f4f8f3a11"));
    }

    /// {@return the answer to a health query: 100 instances, each with its node and two checks}
    static IndexedCheckServiceNodes serviceNodes() {
        return IndexedCheckServiceNodes.ZERO
                .withNodes(IntStream.range(0, NODES).mapToObj(Values::instance).toList())
                .withQueryMeta(QueryMeta.ZERO.withIndex(4_815_162).withKnownLeader(true)
                        .withLastContact(Duration.ofMillis(12)));
    }

    private static CheckServiceNode instance(int i) {
        String node = String.format(Locale.ROOT, "ip-10-1-%d-%d.eu-central-1.compute.internal", i / 50, i + 10);
        String address = "10.1." + i / 50 + "." + (i + 10);
        return new CheckServiceNode(node(i, node, address), service(i, address), List.of(
                check(i, node).withCheckID("serfHealth").withName("Serf Health Status")
                        .withOutput("Agent alive and reachable").withServiceTags(List.of()),
                check(i, node).withCheckID("service:payments-" + i).withName("Service 'payments' check")
                        .withOutput("HTTP GET http://" + address + ":8080/health: 200 OK Output: {\"status\":\"UP\"}")
                        .withServiceID("payments-" + i).withServiceName("payments").withServiceTags(TAGS)
                        .withType("http").withInterval("10s").withTimeout("2s")));
    }

    private static Node node(int i, String node, String address) {
        return Node.ZERO
                .withId(String.format(Locale.ROOT, "4f9a2c1e-77aa-4d0b-9c3f-%012x", 0xC0FFEE + i))
                .withNode(node).withAddress(address).withDatacenter("dc1")
                .withTaggedAddresses(ordered("lan", address, "lan_ipv4", address, "wan", address, "wan_ipv4", address))
                .withMeta(ordered("availability-zone", "eu-central-1" + (char) ('a' + i % 3),
                        "consul-network-segment", "", "consul-version", "1.21.3", "instance-type", "m7g.2xlarge"))
                .withRaftIndex(new RaftIndex(70_000 + i, 4_800_000 + i));
    }

    private static NodeService service(int i, String address) {
        return NodeService.ZERO
                .withId("payments-" + i).withService("payments").withTags(TAGS).withAddress(address).withPort(8080)
                .withTaggedAddresses(Map.of("lan_ipv4", new ServiceAddress(address, 8080)))
                .withMeta(ordered("build", "2026-11-20T10:11:12Z", "protocol", "http", "team", "checkout"))
                .withWeights(new Weights(1, 1))
                .withRaftIndex(new RaftIndex(80_000 + i, 4_810_000 + i));
    }

    private static HealthCheck check(int i, String node) {
        return HealthCheck.ZERO.withNode(node).withStatus("passing")
                .withDefinition(HealthCheckDefinition.ZERO)
                .withRaftIndex(new RaftIndex(90_000 + i, 4_815_000 + i));
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
