package dev.proconsul.rpc.api;

/// A server of the cluster, as far as its peers and clients must know it.
///
/// @param id         unique and stable over restarts
/// @param node       node name
/// @param datacenter name of the datacenter it belongs to
/// @param address    `host:port` of its server port
public record ServerInfo(String id, String node, String datacenter, String address) {}
