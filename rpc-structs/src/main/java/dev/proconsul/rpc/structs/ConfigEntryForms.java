package dev.proconsul.rpc.structs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Config entries on the wire. An entry is the map of its kind, and the kind stands somewhere before it: the messages
/// that carry entries are byte strings in which kinds, numbers of entries, entries and a map follow each other.
///
/// Source: the methods `MarshalBinary` and `UnmarshalBinary` in Consul `agent/structs/config_entry.go`.
final class ConfigEntryForms {
    static final Shape SHAPE = new Shape.Variant(() -> Catalogue.ENTRIES.entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> entry.getValue().shape())));

    private ConfigEntryForms() {}

    static boolean isKnown(String kind) {
        return Catalogue.ENTRIES.containsKey(kind);
    }

    static void encode(ConfigEntry entry, MsgpackWriter out) {
        if (out.isPlain()) {
            out.writeArrayHeader(2);
            out.writeString(entry.kindName());
        }
        if (entry instanceof UnknownConfigEntry(String _, Bytes content)) {
            out.writeEncoded(content.unwrap());
        } else {
            encodeKnown(entry, Catalogue.ENTRIES.get(entry.kindName()), out);
        }
    }

    @SuppressWarnings("unchecked") // the codec was found by the kind of the entry, which is its type
    private static <T extends ConfigEntry> void encodeKnown(ConfigEntry entry, @Nullable Codec<T> codec,
            MsgpackWriter out) {
        if (codec == null) {
            throw new AssertionError("no codec for the kind " + entry.kindName());
        }
        codec.encode((T) entry, out);
    }

    /// Reads an entry of the kind that was announced.
    static ConfigEntry decode(MsgpackReader in) throws IOException {
        if (!in.isPlain()) {
            return decode(in.kind(), in);
        }
        in.readArrayHeader();
        ConfigEntry entry = decode(in.readString(), in);
        in.endContainer();
        return entry;
    }

    private static ConfigEntry decode(String kind, MsgpackReader in) throws IOException {
        Codec<? extends ConfigEntry> codec = Catalogue.ENTRIES.get(kind);
        return codec != null ? codec.decode(in) : UnknownConfigEntry.read(kind, in);
    }

    private static String kind(@Nullable ConfigEntry entry) {
        return entry == null ? "" : entry.kindName();
    }

    /// Kind, then the map with the entry.
    static final class Request {
        private Request() {}

        static void encodeContent(ConfigEntryRequest value, MsgpackWriter out) {
            out.writeString(kind(value.entry()));
            ConfigEntryRequest.encodeMap(value, out);
        }

        static ConfigEntryRequest decodeContent(MsgpackReader in) throws IOException {
            in.setKind(in.readString());
            return ConfigEntryRequest.decodeMap(in);
        }
    }

    /// Kind and entry, or an empty kind; then the metadata.
    static final class Response {
        private Response() {}

        static void encodeContent(ConfigEntryResponse value, MsgpackWriter out) {
            ConfigEntry entry = value.entry();
            out.writeString(kind(entry));
            if (entry != null) {
                encode(entry, out);
            }
            QueryMeta.CODEC.encode(value.queryMeta(), out);
        }

        static ConfigEntryResponse decodeContent(MsgpackReader in) throws IOException {
            String kind = in.readString();
            ConfigEntry entry = kind.isEmpty() ? null : decode(kind, in);
            return new ConfigEntryResponse(entry, QueryMeta.CODEC.decode(in));
        }
    }

    /// Number of entries, their kind, then the map with the entries.
    static final class Kind {
        private Kind() {}

        static void encodeContent(IndexedConfigEntries value, MsgpackWriter out) {
            for (ConfigEntry entry : value.entries()) {
                if (!entry.kindName().equals(value.kind())) {
                    throw new IllegalArgumentException("entries of kind " + value.kind() + " hold one of kind "
                            + entry.kindName());
                }
            }
            out.writeLong(value.entries().size());
            out.writeString(value.kind());
            IndexedConfigEntries.encodeMap(value, out);
        }

        static IndexedConfigEntries decodeContent(MsgpackReader in) throws IOException {
            in.readLong(); // what counts is the length of the list
            in.setKind(in.readString());
            return IndexedConfigEntries.decodeMap(in);
        }
    }

    /// Number of entries, then kind and entry for each, then the metadata.
    static final class Mixed {
        private Mixed() {}

        static void encodeContent(IndexedGenericConfigEntries value, MsgpackWriter out) {
            out.writeLong(value.entries().size());
            for (ConfigEntry entry : value.entries()) {
                out.writeString(entry.kindName());
                encode(entry, out);
            }
            QueryMeta.CODEC.encode(value.queryMeta(), out);
        }

        static IndexedGenericConfigEntries decodeContent(MsgpackReader in) throws IOException {
            long count = in.readLong();
            if (count < 0) {
                throw new DecodeException("message announces " + count + " config entries, expected 0 or more");
            }
            in.enter(count);
            List<ConfigEntry> entries = new ArrayList<>((int) Math.min(count, 16));
            for (long i = 0; i < count; i++) {
                String kind = in.readString();
                entries.add(decode(kind, in));
            }
            in.endContainer();
            return new IndexedGenericConfigEntries(entries, QueryMeta.CODEC.decode(in));
        }
    }
}
