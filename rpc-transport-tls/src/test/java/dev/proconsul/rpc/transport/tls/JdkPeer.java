package dev.proconsul.rpc.transport.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// A TLS client of the JDK that looks at nothing: for tests of what the other side does.
final class JdkPeer {
    private JdkPeer() {}

    static SSLContext context() throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAnyone()}, null);
        return context;
    }

    /// Connects, sends type byte 3, and shakes hands.
    static SSLSocket connect(InetSocketAddress server, String version) throws IOException, GeneralSecurityException {
        var socket = raw(server);
        socket.getOutputStream().write(3);
        var secure = (SSLSocket) context().getSocketFactory().createSocket(socket, "127.0.0.1", server.getPort(), true);
        secure.setEnabledProtocols(new String[] {version});
        secure.startHandshake();
        return secure;
    }

    static Socket raw(InetSocketAddress server) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        return socket;
    }

    /// {@return the first record that a client sends}
    static byte[] clientHello() throws IOException, GeneralSecurityException {
        var engine = context().createSSLEngine();
        engine.setUseClientMode(true);
        var record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), record);
        var bytes = new byte[record.flip().remaining()];
        record.get(bytes);
        return bytes;
    }

    private static final class TrustsAnyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
