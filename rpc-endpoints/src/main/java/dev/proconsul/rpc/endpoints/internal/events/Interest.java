package dev.proconsul.rpc.endpoints.internal.events;

/// What somebody subscribes to.
///
/// @param topic   of which topic
/// @param subject what of it
/// @param index   log index of the last event that he knows; 0 for none
/// @param token   secret of his token; empty for the anonymous one
public record Interest(EventTopic topic, Subject subject, long index, String token) {
    /// {@return what is subscribed to, without the secret}
    @Override
    public String toString() {
        return topic + " " + subject + " from " + index;
    }
}
