package dev.proconsul.rpc.api;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A connection whose peer has said all it will say, or stays silent for ever.
final class ScriptedConnection implements Connection {
    final List<Duration> readTimeouts = new ArrayList<>();
    final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final ByteArrayInputStream said;
    private final boolean silent;
    private Optional<TlsIdentity> identity = Optional.empty();

    private ScriptedConnection(byte[] said, boolean silent) {
        this.said = new ByteArrayInputStream(said);
        this.silent = silent;
    }

    static ScriptedConnection saying(int... bytes) {
        var said = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            said[i] = (byte) bytes[i];
        }
        return new ScriptedConnection(said, false);
    }

    static ScriptedConnection silent() {
        return new ScriptedConnection(new byte[0], true);
    }

    /// As after a TLS handshake.
    ScriptedConnection negotiated(Optional<String> alpn) {
        identity = Optional.of(new TlsIdentity("TLSv1.3", alpn, Optional.of("bogus"), List.of()));
        return this;
    }

    @Override
    public InputStream input() {
        return said;
    }

    @Override
    public OutputStream output() {
        return sent;
    }

    @Override
    public int peek() throws IOException {
        if (silent) {
            throw new SocketTimeoutException("Read timed out");
        }
        said.mark(1);
        int first = said.read();
        said.reset();
        return first;
    }

    @Override
    public void finishWriting() {}

    @Override
    public void readTimeout(Duration timeout) {
        readTimeouts.add(timeout);
    }

    @Override
    public SocketAddress peer() {
        return InetSocketAddress.createUnresolved("192.0.2.1", 4711);
    }

    @Override
    public Optional<TlsIdentity> tls() {
        return identity;
    }

    @Override
    public void onAbort(Runnable action) {}

    @Override
    public void abort() {}

    @Override
    public void close() {}
}
