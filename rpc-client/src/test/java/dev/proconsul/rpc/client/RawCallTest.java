package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.Codec;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.IndexedDirEntries;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.MsgpackWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Calls that pass bytes through.
class RawCallTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private FakeServer server;
    private ServerPool pool;
    private ServerInfo target;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer((line, seen) -> line.refuse(seen, "No cluster leader"));
        target = new ServerInfo("id", "a", "dc1", server.address());
        pool = new ServerPool(PoolConfig.OF_SERVERS, Dialers.clearText());
    }

    @AfterEach
    void end() throws Exception {
        pool.close();
        server.close();
    }

    private static <T> byte[] encoded(Codec<T> codec, T value) {
        var out = new MsgpackWriter();
        codec.encode(value, out);
        return out.toByteArray();
    }

    @Test
    void theReplyIsWhatTheServerSentByteByByte() throws Exception {
        var question = encoded(KeyRequest.CODEC, KeyRequest.ZERO.withKey("k"));
        for (int size : List.of(0, 1, 100, 1000, 5000, 300_000)) {
            var reply = IndexedDirEntries.ZERO.withEntries(
                    List.of(DirEntry.ZERO.withKey("k").withValue(Bytes.of(new byte[size]))));
            server.script((line, seen) -> line.reply(seen, KVS.GET, reply));

            assertArrayEquals(encoded(IndexedDirEntries.CODEC, reply), pool.call(target, "KVS.Get", question, LONG));
        }
        for (int i = 0; i < 6; i++) {
            assertEquals(1, server.next().stream(), "one stream serves all");
        }
    }

    @Test
    void anErrorIsToldAsItIsAndAsConsulsPoolTellsIt() {
        var e = assertThrows(CallException.Refused.class,
                () -> pool.call(target, "KVS.Get", encoded(KeyRequest.CODEC, KeyRequest.ZERO), LONG));

        assertEquals("No cluster leader", e.getMessage());
        assertEquals("rpc error making call: No cluster leader", e.wireText());
        assertEquals(target, e.server().orElseThrow());
    }

    @Test
    void theTimeoutHoldsForTheWholeCall() {
        server.script((_, _) -> {
            Thread.currentThread().join(Duration.ofSeconds(30));
        });
        var e = assertThrows(CallException.MaybeExecuted.class, () -> pool.call(target, "KVS.Get",
                encoded(KeyRequest.CODEC, KeyRequest.ZERO), Duration.ofMillis(50)));

        assertEquals("rpc error making call: i/o deadline reached", e.wireText());
        assertEquals("KVS.Get to " + server.address() + ": no answer within 50 ms", e.getMessage());
    }

    @Test
    void aServerThatIsNotThereIsToldAsConsulsPoolTellsIt() throws Exception {
        server.close();
        var e = assertThrows(CallException.NotSent.class,
                () -> pool.call(target, "KVS.Get", encoded(KeyRequest.CODEC, KeyRequest.ZERO), LONG));

        assertEquals("rpc error getting client: failed to get conn: cannot connect to " + server.address()
                + ": Connection refused", e.wireText());
    }
}
