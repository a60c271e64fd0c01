package dev.proconsul.rpc.api;

import dev.proconsul.rpc.api.Route.Action;
import java.io.IOException;

/// Serves the streams of a multiplexed connection. They carry no type byte, with one exception: a first byte of 6 is
/// that of gossip, and is taken. Everything else is net/rpc, whose first byte is never 6.
///
/// A stream that ends before its first byte is no event. Pure logic, as [ProtocolRouter].
///
/// Source: Consul `agent/consul/rpc.go`. Deviation: there, a stream that stays silent keeps all later ones waiting, and
/// one that ends before its first byte takes the whole connection with it; here each stream waits, and ends, for itself.
public final class StreamRouter implements ConnectionHandler {
    private static final int GOSSIP = Protocol.GOSSIP.typeByte().orElseThrow();

    private final ConnectionHandler rpc;
    private final Route gossip;
    private final RouterObserver observer;

    /// Makes a router of streams.
    /// @param rpc      serves net/rpc
    /// @param gossip   the row of [Protocol#GOSSIP]
    /// @param observer told of gossip that is let in or refused
    public StreamRouter(ConnectionHandler rpc, Route gossip, RouterObserver observer) {
        this.rpc = rpc;
        this.gossip = gossip;
        this.observer = observer;
    }

    /// Serves a stream until it ends. The caller closes it.
    ///
    /// @param stream a stream from which nothing has been read yet
    @Override
    public void serve(Connection stream) throws IOException, InterruptedException {
        int first = stream.peek();
        if (first == GOSSIP) {
            stream.input().skipNBytes(1);
            serveGossip(stream);
        } else if (first >= 0) {
            rpc.serve(stream);
        }
    }

    private void serveGossip(Connection stream) throws IOException, InterruptedException {
        switch (gossip.action()) {
            case Action.Serve(ConnectionHandler handler) -> {
                observer.entered(Protocol.GOSSIP, stream);
                handler.serve(stream);
            }
            case Action.Refuse(String reason, ConnectionHandler farewell) -> {
                observer.refused(new Refusal(Refusal.Kind.NOT_SERVED, reason), stream);
                farewell.serve(stream);
            }
        }
    }
}
