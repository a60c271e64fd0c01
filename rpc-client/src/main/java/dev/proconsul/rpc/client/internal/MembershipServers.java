package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Membership;
import dev.proconsul.rpc.api.ServerEvent;
import dev.proconsul.rpc.client.ServerSink;
import dev.proconsul.rpc.client.ServerSource;
import java.util.ArrayList;
import java.util.List;

/// What a membership knows of one datacenter. The membership stays its owner's.
public final class MembershipServers implements ServerSource {
    private final Membership membership;
    private final String datacenter;
    private final List<Membership.Subscription> subscriptions = new ArrayList<>(); // guarded by this

    /// Makes a source.
    /// @param membership knows servers
    /// @param datacenter which of them count
    public MembershipServers(Membership membership, String datacenter) {
        this.membership = membership;
        this.datacenter = datacenter;
    }

    @Override
    public synchronized void start(ServerSink sink) {
        subscriptions.add(membership.watch(event -> happened(event, sink))); // first: nothing may fall between
        membership.servers(datacenter).forEach(sink::joined);
    }

    private void happened(ServerEvent event, ServerSink sink) {
        if (event.server().datacenter().equals(datacenter)) {
            sink.happened(event);
        }
    }

    @Override
    public synchronized void close() {
        subscriptions.forEach(Membership.Subscription::close);
        subscriptions.clear();
    }
}
