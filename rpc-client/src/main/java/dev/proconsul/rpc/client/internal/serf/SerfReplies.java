package dev.proconsul.rpc.client.internal.serf;

import dev.proconsul.rpc.api.KeyringReport;
import dev.proconsul.rpc.api.Member;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.MsgpackReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads what a Serf agent sends: answers and events. Unknown fields are stepped over.
///
/// Source: serf `cmd/serf/command/agent/ipc.go`; field names as sent by Serf 0.9.4.
final class SerfReplies {
    /// 100,000 members with 20 tags each fit; a message of more than 64 MiB ends the connection.
    static final DecodeLimits LIMITS = new DecodeLimits(16, 64 << 10, 4 << 20, 64L << 20);

    private SerfReplies() {}

    /// Header of an answer or an event.
    record Header(long sequence, String error) {}

    /// An event of some members: all joined, or left, or …
    /// @param name    such as `member-join`
    /// @param members as they are now
    record MembersEvent(String name, List<Member> members) {}

    @FunctionalInterface
    private interface Fields {
        /// Reads the value of a field; false, without having read anything, when the field means nothing to it.
        boolean read(String field) throws IOException;
    }

    private static void struct(MsgpackReader in, Fields fields) throws IOException {
        long entries = in.readMapHeader();
        for (long i = 0; i < entries; i++) {
            if (!fields.read(in.readString())) {
                in.skipValue();
            }
        }
        if (entries >= 0) {
            in.endContainer();
        }
    }

    static Header header(MsgpackReader in) throws IOException {
        var found = new Object() {
            long sequence = -1;
            String error = "";
        };
        struct(in, field -> {
            switch (field) {
                case "Seq" -> found.sequence = in.readUnsigned();
                case "Error" -> found.error = in.readString();
                default -> {
                    return false;
                }
            }
            return true;
        });
        return new Header(found.sequence, found.error);
    }

    static List<Member> members(MsgpackReader in) throws IOException {
        return event(in).members();
    }

    static MembersEvent event(MsgpackReader in) throws IOException {
        var found = new Object() {
            String name = "";
            List<Member> members = List.of();
        };
        struct(in, field -> {
            switch (field) {
                case "Event" -> found.name = in.readString();
                case "Members" -> found.members = memberList(in);
                default -> {
                    return false;
                }
            }
            return true;
        });
        return new MembersEvent(found.name, found.members);
    }

    private static List<Member> memberList(MsgpackReader in) throws IOException {
        long count = in.readArrayHeader();
        var members = new ArrayList<Member>();
        for (long i = 0; i < count; i++) {
            members.add(member(in));
        }
        if (count >= 0) {
            in.endContainer();
        }
        return members;
    }

    private static Member member(MsgpackReader in) throws IOException {
        var found = new Object() {
            String name = "";
            String address = "";
            int port;
            Map<String, String> tags = Map.of();
            String status = "";
            int current;
            int lowest;
            int highest;
        };
        struct(in, field -> {
            switch (field) {
                case "Name" -> found.name = in.readString();
                case "Addr" -> found.address = IpText.of(in.readBytes().toByteArray());
                case "Port" -> found.port = (int) in.readUnsigned(16);
                case "Tags" -> found.tags = texts(in);
                case "Status" -> found.status = in.readString();
                case "ProtocolCur" -> found.current = (int) in.readUnsigned(8);
                case "ProtocolMin" -> found.lowest = (int) in.readUnsigned(8);
                case "ProtocolMax" -> found.highest = (int) in.readUnsigned(8);
                default -> {
                    return false;
                }
            }
            return true;
        });
        return new Member(found.name, found.address, found.port, found.tags, Member.Status.of(found.status),
                new Member.Versions(found.current, found.lowest, found.highest));
    }

    static String ownName(MsgpackReader in) throws IOException {
        var found = new Object() {
            String name = "";
        };
        struct(in, section -> {
            if (!section.equals("agent")) {
                return false;
            }
            struct(in, field -> {
                if (!field.equals("name")) {
                    return false;
                }
                found.name = in.readString();
                return true;
            });
            return true;
        });
        return found.name;
    }

    static KeyringReport keyring(MsgpackReader in, String error) throws IOException {
        var found = new Object() {
            Map<String, String> messages = Map.of();
            Map<String, Long> keys = Map.of();
            Map<String, Long> primary = Map.of();
            int members;
        };
        struct(in, field -> {
            switch (field) {
                case "Messages" -> found.messages = texts(in);
                case "Keys" -> found.keys = numbers(in);
                case "PrimaryKeys" -> found.primary = numbers(in);
                case "NumNodes" -> found.members = (int) in.readUnsigned(31);
                default -> {
                    return false;
                }
            }
            return true;
        });
        return new KeyringReport(found.messages, found.keys, found.primary, found.members, error);
    }

    private static Map<String, String> texts(MsgpackReader in) throws IOException {
        var texts = new HashMap<String, String>();
        struct(in, name -> {
            texts.put(name, in.readString());
            return true;
        });
        return texts;
    }

    private static Map<String, Long> numbers(MsgpackReader in) throws IOException {
        var numbers = new HashMap<String, Long>();
        struct(in, name -> {
            numbers.put(name, in.readLong());
            return true;
        });
        return numbers;
    }
}
