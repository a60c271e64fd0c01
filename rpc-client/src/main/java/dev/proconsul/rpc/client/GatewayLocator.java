package dev.proconsul.rpc.client;

import java.net.InetSocketAddress;
import java.util.Optional;

/// Knows mesh gateways that lead to other datacenters. Any thread; must not wait.
@FunctionalInterface
public interface GatewayLocator {
    /// {@return a gateway on the way to a datacenter, any one of several; empty when none is known}
    /// @param datacenter where the way leads
    Optional<InetSocketAddress> gateway(String datacenter);
}
