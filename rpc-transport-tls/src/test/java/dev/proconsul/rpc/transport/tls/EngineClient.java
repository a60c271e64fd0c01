package dev.proconsul.rpc.transport.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/// The JDK's engine over a plain socket, after type byte 3: one thing after another, for tests of a single version.
final class EngineClient implements AutoCloseable {
    private final Socket socket;
    private final SSLEngine engine;
    private final ByteBuffer received = ByteBuffer.allocate(1 << 17).limit(0);

    EngineClient(InetSocketAddress server, String version) throws IOException, GeneralSecurityException {
        socket = JdkPeer.raw(server);
        socket.getOutputStream().write(3);
        engine = JdkPeer.context().createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {version});
        engine.beginHandshake();
        while (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> wrap(ByteBuffer.allocate(0));
                case NEED_TASK -> engine.getDelegatedTask().run();
                default -> unwrap(new ByteArrayOutputStream());
            }
        }
    }

    void write(byte[] bytes) throws IOException {
        wrap(ByteBuffer.wrap(bytes));
    }

    void finishWriting() throws IOException {
        engine.closeOutbound();
        wrap(ByteBuffer.allocate(0));
    }

    private void wrap(ByteBuffer plain) throws IOException {
        var sealed = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(plain, sealed);
        socket.getOutputStream().write(sealed.array(), 0, sealed.position());
    }

    byte[] readAll() throws IOException {
        var all = new ByteArrayOutputStream();
        while (unwrap(all)) {
            // goes on until close_notify
        }
        return all.toByteArray();
    }

    /// {@return whether there may be more}
    private boolean unwrap(ByteArrayOutputStream into) throws IOException {
        var plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        var result = engine.unwrap(received, plain);
        into.write(plain.array(), 0, plain.position());
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            received.compact();
            int count = socket.getInputStream().read(received.array(), received.position(), received.remaining());
            if (count < 0) {
                throw new IOException("ended without close_notify");
            }
            received.position(received.position() + count).flip();
            return true;
        }
        return result.getStatus() != SSLEngineResult.Status.CLOSED;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
