package dev.proconsul.rpc.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SingleServerTest {
    private record Note(String text) implements Command {
        @Override
        public byte[] encode() {
            return text.getBytes();
        }
    }

    private static final class Notebook implements StateMachine {
        final List<String> notes = new ArrayList<>();

        @Override
        public Object apply(long index, Command command) {
            notes.add(index + ":" + ((Note) command).text());
            return index;
        }

        @Override
        public Command decode(byte[] encoded) {
            return new Note(new String(encoded));
        }

        @Override
        public StateSnapshot snapshot() {
            var text = String.join("\n", notes);
            return out -> out.write(text.getBytes());
        }

        @Override
        public void restore(InputStream state) throws IOException {
            var text = new String(state.readAllBytes());
            if (text.isEmpty()) {
                throw new EOFException("EOF");
            }
            notes.clear();
            notes.addAll(List.of(text.split("\n")));
        }
    }

    private static final ServerInfo SELF = new ServerInfo("id", "node", "dc1", "127.0.0.1:8300");

    private final Notebook notebook = new Notebook();
    private final SingleServer server = new SingleServer(SELF, notebook);

    @Test
    void commandsGetRisingIndexesAboveTheFirstEntriesOfARealLog() throws Exception {
        assertEquals(3L, server.apply(new Note("a")));
        assertEquals(4L, server.apply(new Note("b")));

        assertEquals(List.of("3:a", "4:b"), notebook.notes);
        assertEquals(new ConsensusStatistics(Optional.of(Duration.ZERO), 1, 4), server.statistics());
    }

    @Test
    void leadsItselfUntilItIsClosed() throws Exception {
        server.verifyLeader();
        assertEquals(Optional.of(SELF), server.leader());
        server.close();
        server.close();

        assertEquals(Optional.empty(), server.leader());
        assertEquals("No cluster leader", assertThrows(RpcException.class, server::verifyLeader).getMessage());
        assertEquals("No cluster leader", assertThrows(RpcException.class, () -> server.apply(new Note("c"))).getMessage());
    }

    @Test
    @DisplayName("A snapshot does not change any more, and what is applied after its restoration has a higher index")
    void savesAndRestores() throws Exception {
        server.apply(new Note("a"));
        var snapshot = server.snapshot();
        server.apply(new Note("b"));

        assertEquals(3, snapshot.index());
        assertEquals(List.of(SELF), snapshot.servers());
        var state = new ByteArrayOutputStream();
        snapshot.state().writeTo(state);
        server.restore(50, new ByteArrayInputStream(state.toByteArray()));

        assertEquals(List.of("3:a"), notebook.notes);
        assertEquals(52L, server.apply(new Note("c")));
        server.restore(3, new ByteArrayInputStream(state.toByteArray()));
        assertEquals(54L, server.apply(new Note("d")), "an index never falls");
    }

    @Test
    void aStateThatCannotBeReadChangesNothing() throws Exception {
        server.apply(new Note("a"));
        var error = assertThrows(RpcException.class, () -> server.restore(50, InputStream.nullInputStream()));
        assertEquals("Raft error when restoring snapshot: EOF", error.getMessage());
        assertEquals(4L, server.apply(new Note("b")));
        server.close();
        assertThrows(RpcException.class, server::snapshot);
        assertThrows(RpcException.class, () -> server.restore(1, InputStream.nullInputStream()));
    }

    @Test
    void concurrentCommandsAreAppliedOneByOne() throws Exception {
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 64; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    server.apply(new Note("x"));
                } catch (RpcException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }

        assertEquals(64, notebook.notes.size());
        assertEquals(66, server.statistics().lastIndex());
    }
}
