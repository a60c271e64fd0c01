package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.PoolConfig;
import java.io.IOException;
import java.net.InetSocketAddress;

/// How to get to one server. Any thread.
///
/// @param dialer  dials
/// @param server  where
/// @param config  times
record Reach(Dialer dialer, InetSocketAddress server, PoolConfig config) {
    Connection dial(Protocol protocol) throws IOException {
        return dialer.dial(server, protocol, config.dialTimeout());
    }

    String address() {
        return Address.text(server);
    }

    /// {@return what a caller is told after the end}
    CallFault closed() {
        return new CallFault(Reason.CLOSED, "the client of " + address() + " is closed", null);
    }
}
