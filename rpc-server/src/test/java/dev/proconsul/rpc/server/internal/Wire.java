package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HexFormat;

/// A raw client of the port: exact bytes out, exact bytes in. No read waits longer than [#PATIENCE].
final class Wire implements AutoCloseable {
    static final HexFormat HEX = HexFormat.of();
    static final Duration PATIENCE = Duration.ofSeconds(10);
    /// Long enough for an answer over loopback that should not come, short enough to be waited for in every test.
    private static final int A_WHILE_MILLIS = 40;

    private final Socket socket;
    private final InputStream in;

    private Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    static Wire to(InetSocketAddress address) throws IOException {
        return new Wire(open(address));
    }

    /// What speaks over a socket that is open already, such as TLS.
    static Wire over(Socket socket) throws IOException {
        return new Wire(socket);
    }

    static Socket open(InetSocketAddress address) throws IOException {
        var socket = new Socket(address.getAddress(), address.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    Wire send(byte[]... parts) throws IOException {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        socket.getOutputStream().write(all.toByteArray());
        return this;
    }

    Wire send(String hex) throws IOException {
        return send(hex(hex));
    }

    /// Sends as much as the server takes before it closes.
    void sendUntilRefused(byte[] bytes) {
        try {
            send(bytes);
        } catch (IOException e) {
            // The server has had enough; what it does then is asserted by the caller.
        }
    }

    InputStream input() {
        return in;
    }

    /// FIN: nothing more will be sent.
    Wire finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /// RST instead of FIN.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    byte[] read(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        assertEquals(length, bytes.length, () -> "the connection ended after " + HEX.formatHex(bytes));
        return bytes;
    }

    Wire expect(byte[] bytes) throws IOException {
        assertEquals(HEX.formatHex(bytes), HEX.formatHex(read(bytes.length)));
        return this;
    }

    Wire expect(String hex) throws IOException {
        return expect(hex(hex));
    }

    /// End of input with nothing before it; a reset counts as an end, since it is what TCP makes of unread bytes.
    void expectEnd() throws IOException {
        try {
            int next = in.read();
            assertTrue(next < 0, () -> "expected the end, got byte " + Integer.toHexString(next));
        } catch (SocketTimeoutException e) {
            fail("the connection is still open after " + PATIENCE);
        } catch (SocketException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("reset"), e::toString);
        }
    }

    byte[] readToEnd() throws IOException {
        var all = new ByteArrayOutputStream();
        var buffer = new byte[8192];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                all.write(buffer, 0, n);
            }
        } catch (SocketTimeoutException e) {
            fail("the connection is still open after " + PATIENCE);
        } catch (SocketException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("reset"), e::toString);
        }
        return all.toByteArray();
    }

    /// Gives the server a moment.
    ///
    /// @return whether the connection has ended meanwhile
    boolean endsInAWhile() throws IOException {
        socket.setSoTimeout(A_WHILE_MILLIS);
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        } finally {
            if (!socket.isClosed()) {
                socket.setSoTimeout((int) PATIENCE.toMillis());
            }
        }
    }

    /// Neither bytes nor the end come.
    Wire expectSilence() throws IOException {
        socket.setSoTimeout(A_WHILE_MILLIS);
        try {
            int next = in.read();
            return fail(next < 0 ? "the connection has ended" : "got byte " + Integer.toHexString(next));
        } catch (SocketTimeoutException e) {
            return this;
        } finally {
            socket.setSoTimeout((int) PATIENCE.toMillis());
        }
    }

    static byte[] hex(String hex) {
        return HEX.parseHex(hex.replace(" ", ""));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
