package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.endpoints.internal.state.Commit;
import java.util.List;
import java.util.function.Supplier;

/// Turns commits into events of some topics.
public interface EventSource {
    /// {@return the topics}
    List<EventTopic> topics();

    /// Says what a commit means for them.
    ///
    /// Called only while somebody is subscribed to one of the topics, on the publisher's thread.
    ///
    /// @param commit what was changed
    /// @param events takes the events
    void events(Commit commit, Events events);

    /// Takes the events of a commit.
    interface Events {
        /// Takes an event.
        /// @param topic   its topic
        /// @param subject the name that it is about, as the topic compares names
        /// @param event   makes it; asked only if somebody is subscribed to that name, or to all of the topic
        void add(EventTopic topic, String subject, Supplier<Payload> event);

        /// {@return those names that somebody is subscribed to, of a topic whose names are beginnings of other names}
        /// @param topic the topic
        /// @param name  a whole name
        List<String> beginnings(EventTopic topic, String name);
    }
}
