package dev.proconsul.rpc.server.internal;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/// The first flight of a real client.
final class Hello {
    private Hello() {}

    /// {@return the record with the ClientHello that the JDK sends}
    static byte[] ofTheJdk() {
        try {
            SSLEngine engine = TlsClient.CLIENT.context().createSSLEngine();
            engine.setUseClientMode(true);
            var out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), out);
            var bytes = new byte[out.position()];
            out.flip().get(bytes);
            return bytes;
        } catch (SSLException e) {
            throw new AssertionError("no ClientHello", e);
        }
    }
}
