package dev.proconsul.rpc.endpoints.internal.events;

import java.time.Duration;

/// What the publisher holds at most.
///
/// @param subscriptions how many there may be at a time
/// @param lag           how many changes of its subject a subscriber may be behind
/// @param commits       how many commits may wait to be turned into events
/// @param changes       how many changes of one subject a command may make; after more, subscribers begin anew
/// @param snapshotTtl   how long a snapshot serves those who come later; zero: not at all.
///                      Source: Consul `agent/consul/server.go`, 10 s
public record PublisherLimits(int subscriptions, int lag, int commits, int changes, Duration snapshotTtl) {
    /// What a server has.
    public static final PublisherLimits DEFAULT =
            new PublisherLimits(262_144, 4_096, 8_192, 8_192, Duration.ofSeconds(10));
}
