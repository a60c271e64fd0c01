package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.TlsIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A peer that has said everything and finished writing; what it gets is kept.
final class RecordedConnection implements Connection {
    final ByteArrayOutputStream got = new ByteArrayOutputStream();
    final List<Runnable> abortActions = new ArrayList<>();
    private final ByteArrayInputStream said;

    RecordedConnection(byte[] said) {
        this.said = new ByteArrayInputStream(said);
    }

    @Override
    public InputStream input() {
        return said;
    }

    @Override
    public OutputStream output() {
        return got;
    }

    @Override
    public int peek() {
        said.mark(1);
        int first = said.read();
        said.reset();
        return first;
    }

    @Override
    public void finishWriting() {}

    @Override
    public void readTimeout(Duration timeout) {}

    @Override
    public SocketAddress peer() {
        return InetSocketAddress.createUnresolved("192.0.2.1", 4711);
    }

    @Override
    public Optional<TlsIdentity> tls() {
        return Optional.empty();
    }

    @Override
    public void onAbort(Runnable action) {
        abortActions.add(action);
    }

    @Override
    public void abort() {}

    @Override
    public void close() {}
}
