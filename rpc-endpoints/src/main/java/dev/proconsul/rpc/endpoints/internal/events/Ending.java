package dev.proconsul.rpc.endpoints.internal.events;

/// Why a subscription has ended. Source: Consul `agent/consul/stream/subscription.go`.
public enum Ending {
    /// The state is another one, or the publisher could not keep up with it: what the subscriber knows is void.
    RESET("subscription closed by server, client must reset state and resubscribe"),
    /// What its token may read has changed, or the token is gone.
    ACL_CHANGE("subscription closed by server, ACL change occurred"),
    /// The server is shutting down.
    SHUTDOWN("subscription closed by server, server is shutting down"),
    /// The subscriber takes less than there is. Ours: Consul's servers keep everything for him.
    TOO_SLOW("subscription closed by server, the subscriber takes its events too slowly: resubscribe"),
    /// The subscriber wants no more.
    UNSUBSCRIBED("subscription was closed by unsubscribe");

    private final String text;

    Ending(String text) {
        this.text = text;
    }

    /// {@return what the subscriber is told}
    public String text() {
        return text;
    }
}
