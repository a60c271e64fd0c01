package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.EventFireRequest;
import dev.proconsul.rpc.structs.Internal;

/// User events, which the servers spread to all agents by gossip. Delivery is not promised.
public final class EventClient {
    private final Ask ask;

    EventClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param options of all its calls
    public EventClient with(CallOptions options) {
        return new EventClient(ask.with(options));
    }

    /// Sends an event to all agents of the datacenter.
    ///
    /// @param name    of the event
    /// @param payload what the agents get; some hundred bytes at most
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void fire(String name, byte[] payload) throws CallException, InterruptedException {
        var event = EventFireRequest.ZERO.withDatacenter(ask.datacenter()).withName(name)
                .withPayload(Bytes.of(payload));
        ask.read(Internal.EVENT_FIRE, event::withQueryOptions);
    }
}
