package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.TlsIdentity;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Counts the bytes of all connections that it makes, both ways.
final class CountingDialer implements Dialer {
    private final Dialer dialer;
    private final LongAdder bytes = new LongAdder();

    CountingDialer(Dialer dialer) {
        this.dialer = dialer;
    }

    long bytes() {
        return bytes.sum();
    }

    @Override
    public Connection dial(InetSocketAddress server, Protocol protocol, Duration timeout) throws IOException {
        return new Counted(dialer.dial(server, protocol, timeout));
    }

    private final class Counted implements Connection {
        private final Connection connection;

        Counted(Connection connection) {
            this.connection = connection;
        }

        @Override
        public InputStream input() {
            return new FilterInputStream(connection.input()) {
                @Override
                public int read() throws IOException {
                    bytes.increment();
                    return super.read();
                }

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int count = super.read(target, offset, length);
                    bytes.add(Math.max(0, count));
                    return count;
                }
            };
        }

        @Override
        public OutputStream output() {
            return new FilterOutputStream(connection.output()) {
                @Override
                public void write(int value) throws IOException {
                    bytes.increment();
                    out.write(value);
                }

                @Override
                public void write(byte[] source, int offset, int length) throws IOException {
                    bytes.add(length);
                    out.write(source, offset, length);
                }
            };
        }

        @Override
        public int peek() throws IOException {
            return connection.peek();
        }

        @Override
        public void finishWriting() throws IOException {
            connection.finishWriting();
        }

        @Override
        public void readTimeout(Duration timeout) throws IOException {
            connection.readTimeout(timeout);
        }

        @Override
        public SocketAddress peer() {
            return connection.peer();
        }

        @Override
        public Optional<TlsIdentity> tls() {
            return connection.tls();
        }

        @Override
        public void onAbort(Runnable action) {
            connection.onAbort(action);
        }

        @Override
        public void watchPeer() {
            connection.watchPeer();
        }

        @Override
        public void abort() {
            connection.abort();
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }
}
