package dev.proconsul.rpc.client;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A connection that remembers how long its reads may wait.
record Recording(Connection inner, List<Duration> readTimeouts) implements Connection {
    @Override
    public InputStream input() {
        return inner.input();
    }

    @Override
    public OutputStream output() {
        return inner.output();
    }

    @Override
    public int peek() throws IOException {
        return inner.peek();
    }

    @Override
    public void finishWriting() throws IOException {
        inner.finishWriting();
    }

    @Override
    public void readTimeout(Duration timeout) {
        readTimeouts.add(timeout);
    }

    @Override
    public SocketAddress peer() {
        return inner.peer();
    }

    @Override
    public Optional<TlsIdentity> tls() {
        return inner.tls();
    }

    @Override
    public void onAbort(Runnable action) {
        inner.onAbort(action);
    }

    @Override
    public void abort() {
        inner.abort();
    }

    @Override
    public void close() throws IOException {
        inner.close();
    }
}
