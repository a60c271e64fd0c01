package dev.proconsul.rpc.api;

import java.util.Locale;
import java.util.Map;

/// A member of a gossip pool: a server, a client agent, or something that has nothing to do with Consul.
///
/// @param name    unique in the pool
/// @param address IP address where it gossips, as text
/// @param port    port where it gossips, 0 to 65535
/// @param tags    what it says of itself; immutable
/// @param status  what the pool thinks of it
/// @param gossip  versions of the gossip protocol that it speaks
public record Member(String name, String address, int port, Map<String, String> tags, Status status,
        Versions gossip) {
    /// Copies the tags.
    public Member {
        tags = Map.copyOf(tags);
    }

    /// What a pool thinks of a member.
    public enum Status {
        /// Nothing is known.
        NONE,
        /// It answers.
        ALIVE,
        /// It has said that it leaves, and is still there.
        LEAVING,
        /// It has left.
        LEFT,
        /// It does not answer.
        FAILED;

        /// {@return the word for it in Serf and Consul}
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// {@return the status of a word; [#NONE] for an unknown one}
        /// @param word such as `alive`
        public static Status of(String word) {
            for (var status : values()) {
                if (status.word().equals(word)) {
                    return status;
                }
            }
            return NONE;
        }
    }

    /// Versions of a protocol.
    /// @param current in use
    /// @param lowest  that is understood
    /// @param highest that is understood
    public record Versions(int current, int lowest, int highest) {}

    /// {@return the value of a tag; empty without it}
    /// @param name of the tag
    public String tag(String name) {
        return tags.getOrDefault(name, "");
    }

    /// {@return this member with another status}
    /// @param newStatus what the pool thinks of it
    public Member withStatus(Status newStatus) {
        return new Member(name, address, port, tags, newStatus, gossip);
    }
}
