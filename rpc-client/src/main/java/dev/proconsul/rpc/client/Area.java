package dev.proconsul.rpc.client;

/// Where a server was met.
///
/// Source: Consul `types/area.go`.
public enum Area {
    /// Among the members of one datacenter.
    LAN,
    /// Among the servers of all datacenters.
    WAN
}
