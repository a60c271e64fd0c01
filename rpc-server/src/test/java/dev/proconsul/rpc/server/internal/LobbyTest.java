package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.RouterObserver;
import dev.proconsul.rpc.api.TlsIdentity;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Who waits to be known, and who has to give way.
class LobbyTest {
    private final List<String> aborted = Collections.synchronizedList(new ArrayList<>());
    private final Lobby lobby = new Lobby(2, RouterObserver.NONE);

    private void inAThread(Runnable action) throws InterruptedException {
        Thread.ofVirtual().start(action).join();
    }

    @Test
    @DisplayName("the limit holds from both sides: the oldest gives way to the one too many")
    void theOldestGivesWay() throws InterruptedException {
        inAThread(() -> lobby.enter(new Named("a")));
        inAThread(() -> lobby.enter(new Named("b")));
        assertEquals(List.of(), aborted);
        inAThread(() -> lobby.enter(new Named("c")));

        assertEquals(List.of("a"), aborted);
        assertEquals(2, lobby.size());
        assertEquals(1, lobby.evicted());
    }

    @Test
    @DisplayName("a place is free when the protocol is known, and not while TLS is under way")
    void placesAreGivenBack() throws InterruptedException {
        inAThread(() -> {
            lobby.enter(new Named("a"));
            lobby.entered(Protocol.TLS, new Named("a"));
            assertEquals(1, lobby.size());
            lobby.entered(Protocol.MULTIPLEX, new Named("a inside TLS"));
            assertEquals(0, lobby.size());
            lobby.leave();
        });
        inAThread(() -> {
            lobby.enter(new Named("b"));
            lobby.leave();
        });

        assertEquals(0, lobby.size());
        assertEquals(0, lobby.evicted());
    }

    /// A connection that can be aborted.
    private final class Named implements Connection {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public InputStream input() {
            return InputStream.nullInputStream();
        }

        @Override
        public OutputStream output() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public int peek() {
            return -1;
        }

        @Override
        public void finishWriting() {}

        @Override
        public void readTimeout(Duration timeout) {}

        @Override
        public SocketAddress peer() {
            return new InetSocketAddress(0);
        }

        @Override
        public Optional<TlsIdentity> tls() {
            return Optional.empty();
        }

        @Override
        public void onAbort(Runnable action) {}

        @Override
        public void abort() {
            aborted.add(name);
        }

        @Override
        public void close() {}
    }
}
