package dev.proconsul.rpc.endpoints.internal;

/// The check by which the catalog tells what the gossip thinks of a node. Source: Consul `agent/consul/server.go`.
final class SerfHealth {
    static final String ID = "serfHealth";
    static final String NAME = "Serf Health Status";
    static final String ALIVE = "Agent alive and reachable";
    static final String FAILED = "Agent not live or unreachable";

    private SerfHealth() {}
}
