package dev.proconsul.rpc.client.internal.grpc;

import java.util.List;
import java.util.Map;

/// Which calls are made again, in the form that gRPC takes.
///
/// Every method is tried up to five times when the server is out of resources. Reads are tried again after most other
/// failures too. gRPC does so only while nothing of an answer has come.
///
/// Source: Consul `agent/grpc-internal/client.go`, `agent/grpc-middleware`.
public final class RetryPolicy {
    private static final List<String> OUT_OF_RESOURCES = List.of("RESOURCE_EXHAUSTED");
    private static final List<String> MOST_FAILURES = List.of("CANCELLED", "UNKNOWN", "DEADLINE_EXCEEDED",
            "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "INTERNAL", "UNAVAILABLE");
    private static final String CONSUL = "hashicorp.consul.";

    private RetryPolicy() {}

    /// {@return the service configuration}
    public static Map<String, ?> serviceConfig() {
        var reads = List.of(
                method(CONSUL + "connectca.ConnectCAService", "WatchRoots"),
                method(CONSUL + "dataplane.DataplaneService", "GetEnvoyBootstrapParams"),
                method(CONSUL + "dataplane.DataplaneService", "GetSupportedDataplaneFeatures"),
                method(CONSUL + "dns.DNSService", "Query"),
                method(CONSUL + "internal.peering.PeeringService", "PeeringList"),
                method(CONSUL + "internal.peering.PeeringService", "PeeringRead"),
                method(CONSUL + "internal.peering.PeeringService", "TrustBundleListByService"),
                method(CONSUL + "internal.peering.PeeringService", "TrustBundleRead"),
                method(CONSUL + "internal.peerstream.PeerStreamService", "StreamResources"),
                method(CONSUL + "serverdiscovery.ServerDiscoveryService", "WatchServers"),
                method("subscribe.StateChangeSubscription", "Subscribe"),
                method("partition.PartitionService", "List"),
                method("partition.PartitionService", "Read"));
        return Map.of("methodConfig", List.of(
                Map.of("name", List.of(Map.of()), "retryPolicy", policy(OUT_OF_RESOURCES)),
                Map.of("name", reads, "retryPolicy", policy(MOST_FAILURES))));
    }

    private static Map<String, String> method(String service, String name) {
        return Map.of("service", service, "method", name);
    }

    private static Map<String, ?> policy(List<String> codes) {
        return Map.of("maxAttempts", 5.0, "initialBackoff", "1s", "maxBackoff", "5s", "backoffMultiplier", 2.0,
                "retryableStatusCodes", codes);
    }
}
