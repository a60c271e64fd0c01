package dev.proconsul.jyamux.internal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is not ready to read a socket: a process without room for a thread, and a socket that is closed early.
@Timeout(60)
class SelectLoopsTest {
    @Test
    @DisplayName("Loops are started when they are needed, and dealt out in turn")
    void dealsOut() throws Exception {
        List<SelectLoop> started = new ArrayList<>();
        SelectLoops loops = new SelectLoops(2, started::add);
        SelectLoop first = loops.next();
        assertEquals(1, started.size());
        SelectLoop second = loops.next();
        assertNotSame(first, second);
        assertSame(first, loops.next());
        assertEquals(2, started.size());
    }

    @Test
    @DisplayName("No room for a thread: the caller is told, the selector is given back, the next one tries again")
    void needsThreads() throws Exception {
        List<SelectLoop> started = new ArrayList<>();
        SelectLoops loops = new SelectLoops(1, loop -> {
            started.add(loop);
            if (started.size() == 1) {
                throw new OutOfMemoryError("made up by the test");
            }
        });
        IOException full = assertThrows(IOException.class, loops::next);
        assertTrue(full.getMessage().contains("made up by the test"), full.getMessage());
        assertThrows(RuntimeException.class, started.getFirst()::size, "its selector is closed");
        assertEquals(0, loops.size());

        SelectLoop second = loops.next();
        assertSame(started.getLast(), second);
    }

    /// Fails as often as it is told to.
    private static final class Failing extends AbstractSelector {
        private final Selector real = Selector.open();
        private int failures;

        Failing() throws IOException {
            super(SelectorProvider.provider());
        }

        private int look(int found) throws IOException {
            if (failures > 0) {
                failures--;
                throw new IOException("made up by the test");
            }
            return found;
        }

        @Override
        public int select(Consumer<SelectionKey> action) throws IOException {
            return look(real.selectNow(action));
        }

        @Override
        public int selectNow(Consumer<SelectionKey> action) throws IOException {
            return look(real.selectNow(action));
        }

        @Override
        public int selectNow() throws IOException {
            return real.selectNow();
        }

        @Override
        public int select(long timeout) throws IOException {
            return real.selectNow();
        }

        @Override
        public int select() throws IOException {
            return real.selectNow();
        }

        @Override
        public Selector wakeup() {
            real.wakeup();
            return this;
        }

        @Override
        public Set<SelectionKey> keys() {
            return real.keys();
        }

        @Override
        public Set<SelectionKey> selectedKeys() {
            return real.selectedKeys();
        }

        @Override
        protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
            throw new UnsupportedOperationException("nothing is read here");
        }

        @Override
        protected void implCloseSelector() throws IOException {
            real.close();
        }
    }

    @Test
    @DisplayName("A selector that fails is asked again, each time after twice the rest; once it works that is over")
    void restsAfterFailures() throws Exception {
        try (Failing selector = new Failing()) {
            List<Long> rests = new ArrayList<>();
            SelectLoop loop = new SelectLoop(selector, "test", rests::add);
            Logger logger = Logger.getLogger("dev.proconsul.jyamux.internal.SelectLoop");
            Level before = logger.getLevel();
            logger.setLevel(Level.OFF);
            try {
                selector.failures = 16;
                for (int i = 0; i < 16; i++) {
                    assertEquals(0, loop.attempt(i % 2 == 0));
                }
                assertEquals(16, rests.size());
                assertEquals(List.of(1L, 2L, 4L, 8L), rests.subList(0, 4).stream().map(NANOSECONDS::toMillis).toList());
                assertEquals(1, NANOSECONDS.toSeconds(rests.getLast()));

                for (int i = 0; i < 8; i++) {
                    assertEquals(0, loop.attempt(false));
                }
                selector.failures = 2;
                loop.attempt(false);
                loop.attempt(false);
                assertEquals(List.of(3L, 7L), rests.subList(16, 18).stream().map(NANOSECONDS::toMillis).toList());
            } finally {
                logger.setLevel(before);
            }
        }
    }

    @Test
    @DisplayName("While a selector fails, closed connections are let go of all the same, whatever one of them throws")
    void letsGoWhileItFails() throws Exception {
        try (Failing selector = new Failing()) {
            List<Integer> gone = new ArrayList<>();
            SelectLoop loop = new SelectLoop(selector, "test", _ -> assertEquals(3, gone.size()));
            Logger logger = Logger.getLogger("dev.proconsul.jyamux.internal.SelectLoop");
            Level before = logger.getLevel();
            logger.setLevel(Level.OFF);
            try {
                for (int i = 0; i < 3; i++) {
                    loop.leave(new Leaving(gone, i));
                }
                selector.failures = 1;
                loop.attempt(true);
                assertEquals(Set.of(0, 1, 2), Set.copyOf(gone));
            } finally {
                logger.setLevel(before);
            }
        }
    }

    private record Leaving(List<Integer> all, int number) implements SelectLoop.Watcher {
        @Override
        public int readable(ByteBuffer buffer) {
            throw new AssertionError("it is closed");
        }

        @Override
        public void writable() {
            throw new AssertionError("it is closed");
        }

        @Override
        public void gone() {
            all.add(number);
            if (number == 1) {
                throw new IllegalStateException("made up by the test");
            }
        }
    }

    private static SocketChannel peerOf(ServerSocketChannel listener) throws IOException {
        return SocketChannel.open(listener.getLocalAddress());
    }

    @Test
    @DisplayName("A socket that is closed after the session has taken it, and before it is read, ends the session")
    void isClosedEarly() throws Exception {
        try (ServerSocketChannel listener =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel _ = peerOf(listener)) {
            SocketChannel client = listener.accept();
            Wire wire = new PolledWire(client, SelectLoops.SHARED.next());
            client.close();
            YamuxSession session = new YamuxSession(
                    Role.CLIENT, 1, wire, SessionConfig.DEFAULT, Ticker.SYSTEM, BufferPool.SHARED);
            try (Session closing = session) {
                session.start();
                SessionClosed end = assertThrows(SessionClosed.class, closing::accept);
                assertEquals(Origin.TRANSPORT, end.origin());
                assertInstanceOf(ClosedChannelException.class, end.getCause());
            }
        }
    }
}
