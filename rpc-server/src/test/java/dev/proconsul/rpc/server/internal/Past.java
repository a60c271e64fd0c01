package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.Codec;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.IndexedDirEntries;
import dev.proconsul.rpc.structs.IndexedKeyList;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyListRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.RaftStats;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionOp;
import dev.proconsul.rpc.structs.SessionRequest;
import java.io.IOException;
import java.util.TreeMap;

/// What must have been written before a recorded call, so that its answer is the recorded one, indexes and all.
///
/// Derived from the recorded requests and answers, and played as a log with gaps: what lies between two entries has no
/// effect.
final class Past {
    private static final Bytes BEFORE = Bytes.ofUtf8("before");
    private static final Bytes UNTIL_THEN = Bytes.ofUtf8("until then");
    private static final long EARLY = 10;

    private final TreeMap<Long, Object> log = new TreeMap<>();
    private long end;

    static Past of(Transcript transcript) throws IOException {
        var past = new Past();
        for (var call : transcript.calls()) {
            if (call.responded() && call.error().isEmpty()) {
                past.before(call, transcript.trigger().isPresent());
            }
        }
        return past;
    }

    private void before(Transcript.Call call, boolean triggered) throws IOException {
        switch (call.method()) {
            case "KVS.Get", "KVS.List" -> {
                var asked = read(KeyRequest.CODEC, call.body());
                read(asked.queryOptions().minQueryIndex(), read(IndexedDirEntries.CODEC, call.responseBody()),
                        triggered);
            }
            case "KVS.ListKeys" -> {
                var asked = read(KeyListRequest.CODEC, call.body());
                keys(asked.seperator(), read(IndexedKeyList.CODEC, call.responseBody()));
            }
            case "KVS.Apply" -> write(read(KVSRequest.CODEC, call.body()), call.responseBody()[0] == (byte) 0xc3);
            case "Status.RaftStats" -> end = read(RaftStats.CODEC, call.responseBody()).lastIndex();
            default -> { }
        }
    }

    private void read(long known, IndexedDirEntries answer, boolean triggered) {
        long index = answer.queryMeta().index();
        for (var entry : answer.entries()) {
            long created = entry.raftIndex().createIndex();
            long modified = triggered ? Math.max(created, known) : entry.raftIndex().modifyIndex();
            if (triggered && created > known) {
                put(known, set("elsewhere", Bytes.NIL)); // the trigger creates the key
            } else {
                entry(triggered ? entry.withValue(UNTIL_THEN) : entry, created, modified);
            }
        }
        if (triggered) {
            end = index - 1;
        } else if (index > 1 && !log.containsKey(index)) {
            put(index, set("elsewhere", Bytes.NIL));
        }
    }

    /// A key with these two indexes: written twice if they differ.
    private void entry(DirEntry entry, long created, long modified) {
        var plain = entry.withRaftIndex(DirEntry.ZERO.raftIndex());
        var op = entry.session().isEmpty() ? KVOp.SET : KVOp.LOCK;
        if (!entry.session().isEmpty()) {
            put(created - 1, session(entry.session()));
            plain = plain.withLockIndex(0);
        }
        if (created != modified) {
            put(created, KVSRequest.ZERO.withOp(op).withDirEnt(plain.withValue(BEFORE)));
        }
        put(modified, KVSRequest.ZERO.withOp(op).withDirEnt(plain));
    }

    private void keys(String separator, IndexedKeyList answer) {
        long index = answer.queryMeta().index() - answer.keys().size();
        for (var key : answer.keys()) {
            put(++index, set(!separator.isEmpty() && key.endsWith(separator) ? key + "below" : key, Bytes.NIL));
        }
    }

    private void write(KVSRequest request, boolean applied) {
        var entry = request.dirEnt();
        switch (request.op().name()) {
            case "cas", "delete-cas" -> {
                long asked = entry.raftIndex().modifyIndex();
                put(applied ? asked : Math.max(asked + 1, EARLY), set(entry.key(), BEFORE));
            }
            case "lock", "unlock" -> {
                put(EARLY, session(entry.session()));
                put(EARLY + 1, KVSRequest.ZERO.withOp(KVOp.LOCK).withDirEnt(entry.withValue(BEFORE)));
            }
            case "delete" -> put(EARLY, set(entry.key(), BEFORE));
            case "delete-tree" -> put(EARLY, set(entry.key() + "below", BEFORE));
            default -> { }
        }
    }

    private void put(long index, Object command) {
        var there = log.put(index, command);
        if (there != null) {
            assertEquals(there, command, "two things at index " + index);
        }
    }

    private static KVSRequest set(String key, Bytes value) {
        return KVSRequest.ZERO.withOp(KVOp.SET).withDirEnt(DirEntry.ZERO.withKey(key).withValue(value));
    }

    private static SessionRequest session(String id) {
        return SessionRequest.ZERO.withOp(SessionOp.CREATE).withSession(Session.ZERO.withId(id).withNode("s1"));
    }

    private static <T> T read(Codec<T> codec, byte[] bytes) throws IOException {
        return codec.decode(MsgpackReader.of(bytes, DecodeLimits.DEFAULT));
    }

    void playOn(TestServer server) throws RpcException, InterruptedException {
        for (var entry : log.entrySet()) {
            server.growTo(entry.getKey() - 1);
            switch (entry.getValue()) {
                case KVSRequest request -> server.call(KVS.APPLY, request);
                case SessionRequest request -> server.apply(request);
                case Object other -> assertNull(other);
            }
            assertEquals(entry.getKey(), server.index(), "the place in the log");
        }
        server.growTo(end);
    }
}
