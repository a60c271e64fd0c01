package dev.proconsul.rpc.client.internal.serf;

import dev.proconsul.rpc.api.Gossip.KeyOperation;
import dev.proconsul.rpc.api.KeyringReport;
import dev.proconsul.rpc.api.Member;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A command of Serf's RPC protocol: its name, its body and how its answer is read.
///
/// Source: serf `cmd/serf/command/agent/ipc.go`.
///
/// @param name  as in the header
/// @param body  what follows the header, if anything does
/// @param reply reads what follows the header of the answer; nothing, if nothing does
/// @param <T>   what the answer says
record SerfCommand<T>(String name, Optional<Consumer<MsgpackWriter>> body, Reply<T> reply) {
    /// Events of members; those of users and queries are not for us.
    private static final String MEMBER_EVENTS =
            "member-join,member-leave,member-failed,member-update,member-reap";
    private static final int VERSION = 1;
    private static final Reply<Done> NO_BODY = (_, _) -> Done.DONE;

    /// What the answers of most commands say.
    enum Done {
        /// It was done.
        DONE
    }

    /// Reads the body of an answer.
    /// @param <T> what it says
    @FunctionalInterface
    interface Reply<T> {
        /// @param error what the header said was wrong; empty for nothing
        T read(MsgpackReader in, String error) throws IOException;
    }

    static SerfCommand<Done> handshake() {
        return new SerfCommand<>("handshake", Optional.of(out -> {
            out.writeMapHeader(1);
            out.writeString("Version");
            out.writeLong(VERSION);
        }), NO_BODY);
    }

    static SerfCommand<Done> auth(String key) {
        return withText("auth", "AuthKey", key, NO_BODY);
    }

    static SerfCommand<Done> stream() {
        return withText("stream", "Type", MEMBER_EVENTS, NO_BODY);
    }

    static SerfCommand<List<Member>> members() {
        return new SerfCommand<>("members", Optional.empty(), (in, _) -> SerfReplies.members(in));
    }

    /// The agent's own name in its pool.
    static SerfCommand<String> ownName() {
        return new SerfCommand<>("stats", Optional.empty(), (in, _) -> SerfReplies.ownName(in));
    }

    static SerfCommand<Done> tags(Map<String, String> set, SortedSet<String> delete) {
        return new SerfCommand<>("tags", Optional.of(out -> {
            out.writeMapHeader(2);
            out.writeString("DeleteTags");
            out.writeArrayHeader(delete.size());
            delete.forEach(out::writeString);
            out.writeString("Tags");
            out.writeMapHeader(set.size());
            new TreeMap<>(set).forEach((tag, value) -> {
                out.writeString(tag);
                out.writeString(value);
            });
        }), NO_BODY);
    }

    static SerfCommand<Done> event(String name, byte[] payload) {
        return new SerfCommand<>("event", Optional.of(out -> {
            out.writeMapHeader(3);
            out.writeString("Coalesce");
            out.writeBoolean(false);
            out.writeString("Name");
            out.writeString(name);
            out.writeString("Payload");
            out.writeBytes(Bytes.of(payload));
        }), NO_BODY);
    }

    static SerfCommand<KeyringReport> keyring(KeyOperation operation, String key) {
        Reply<KeyringReport> reply = SerfReplies::keyring;
        return switch (operation) {
            case LIST -> new SerfCommand<>("list-keys", Optional.empty(), reply);
            case INSTALL -> withText("install-key", "Key", key, reply);
            case USE -> withText("use-key", "Key", key, reply);
            case REMOVE -> withText("remove-key", "Key", key, reply);
        };
    }

    /// Whether the answer has a body also when its header names an error, and the error is part of the answer.
    boolean answersWithErrors() {
        return name.endsWith("-key") || name.endsWith("-keys");
    }

    private static <T> SerfCommand<T> withText(String name, String field, String value, Reply<T> reply) {
        return new SerfCommand<>(name, Optional.of(out -> {
            out.writeMapHeader(1);
            out.writeString(field);
            out.writeString(value);
        }), reply);
    }

    /// Writes the command with its header.
    void writeTo(MsgpackWriter out, long sequence) {
        out.writeMapHeader(2);
        out.writeString("Command");
        out.writeString(name);
        out.writeString("Seq");
        out.writeUnsigned(sequence);
        body.ifPresent(write -> write.accept(out));
    }
}
