package dev.proconsul.rpc.client;

import dev.proconsul.rpc.client.internal.StaticServers;
import dev.proconsul.rpc.client.internal.serf.SerfServers;
import java.net.InetSocketAddress;
import java.util.List;

/// Knows which servers there are: a list, DNS, a Serf agent.
///
/// Whoever starts a source closes it.
public interface ServerSource extends AutoCloseable {
    /// Tells what it knows, and from now on what changes. Returns when it has told what it knows at present, so that a
    /// first call finds servers. Called once.
    ///
    /// @param sink is told
    /// @throws CallException.NotSent when it can learn nothing; the message says from whom
    /// @throws InterruptedException  when the caller was interrupted
    void start(ServerSink sink) throws CallException, InterruptedException;

    /// {@return a source that knows a list and nothing else}
    /// @param datacenter of all of them
    /// @param servers    where they listen
    static ServerSource fixed(String datacenter, List<InetSocketAddress> servers) {
        return new StaticServers(datacenter, List.copyOf(servers));
    }

    /// {@return a source that follows a Serf agent: servers come and go as its gossip finds out}
    ///
    /// What is known stays while the agent is away. Starting fails when the agent does not answer within its call timeout.
    ///
    /// @param config where the agent is, and which datacenter's servers it is asked for
    static ServerSource serf(SerfConfig config) {
        return new SerfServers(config);
    }

    /// Stops telling. Closing twice is harmless.
    @Override
    void close();
}
