package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.endpoints.internal.tables.EntryParts;
import dev.proconsul.rpc.structs.ConfigEntry;
import dev.proconsul.rpc.structs.ConfigEntryResponse;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.RaftIndex;

/// The hash of a config entry: of its wire form without indexes, by FNV-1a.
///
/// Deviation: Consul hashes its structs in another way, which depends on Go. All that anybody does with the hash is to
/// see whether an entry has changed.
final class EntryHash {
    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private EntryHash() {}

    static long of(ConfigEntry entry) {
        var plain = EntryParts.withHash(EntryParts.withRaftIndex(entry, RaftIndex.ZERO), 0);
        var out = new MsgpackWriter();
        ConfigEntryResponse.CODEC.encode(ConfigEntryResponse.ZERO.withEntry(plain), out);
        long hash = BASIS;
        for (byte b : out.toByteArray()) {
            hash = (hash ^ (b & 0xff)) * PRIME;
        }
        return hash;
    }
}
