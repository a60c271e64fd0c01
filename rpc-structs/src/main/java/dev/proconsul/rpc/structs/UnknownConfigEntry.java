package dev.proconsul.rpc.structs;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A config entry of a kind that this version does not know: its map is kept as it came, and written so again.
///
/// @param kindName the kind
/// @param content  the map, in its msgpack form
public record UnknownConfigEntry(String kindName, Bytes content) implements ConfigEntry {
    /// Who made the content has looked at its size.
    private static final DecodeLimits ANY =
            new DecodeLimits(1000, Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

    /// Checks both.
    ///
    /// @throws IllegalArgumentException if there is a record for the kind, or the content is not exactly one map
    public UnknownConfigEntry {
        if (ConfigEntryForms.isKnown(kindName)) {
            throw new IllegalArgumentException("kind " + kindName + " has a record of its own");
        }
        try {
            MsgpackReader in = MsgpackReader.of(content.unwrap(), ANY);
            if (read(in).length != content.length()) {
                throw new IllegalArgumentException("content is longer than its first value");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("content is no map: " + e.getMessage(), e);
        }
    }

    /// {@return an entry of any fields}
    ///
    /// @param kindName the kind
    /// @param fields   values as [MsgpackWriter#writeAny(Object)] takes them, by name
    /// @throws IllegalArgumentException if there is a record for the kind
    public static UnknownConfigEntry of(String kindName, Map<String, ? extends @Nullable Object> fields) {
        MsgpackWriter out = new MsgpackWriter();
        out.writeAny(fields);
        return new UnknownConfigEntry(kindName, Bytes.wrap(out.toByteArray()));
    }

    static UnknownConfigEntry read(String kind, MsgpackReader in) throws IOException {
        return new UnknownConfigEntry(kind, Bytes.wrap(read(in)));
    }

    private static byte[] read(MsgpackReader in) throws IOException {
        byte[] bytes = in.readRaw();
        if (!Wire.isMap(bytes[0] & 0xff)) {
            throw new DecodeException("config entry of an unknown kind starts with hex: "
                    + Integer.toHexString(bytes[0] & 0xff) + ", expected a map");
        }
        return bytes;
    }

    /// {@return the field `Name`; empty if there is none}
    @Override
    public String name() {
        return fields().get("Name") instanceof String name ? name : "";
    }

    /// {@return the fields, as [MsgpackReader#readAny()] gives them, by name}
    public Map<String, @Nullable Object> fields() {
        try {
            return MsgpackReader.of(content.unwrap(), ANY).readMap(MsgpackReader::readAny);
        } catch (IOException e) {
            throw new AssertionError("content was checked", e);
        }
    }
}
