package dev.proconsul.rpc.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
