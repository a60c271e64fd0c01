package dev.proconsul.rpc.transport.tls.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerNameOfTest {
    private static byte[] hello(Optional<String> name) throws SSLException, NoSuchAlgorithmException {
        var context = SSLContext.getInstance("TLS");
        try {
            context.init(null, null, null);
        } catch (KeyManagementException e) {
            throw new AssertionError(e);
        }
        var engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        name.ifPresent(text -> parameters.setServerNames(
                List.of(new SNIServerName(0, text.getBytes(StandardCharsets.UTF_8)) {})));
        engine.setSSLParameters(parameters);
        var record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), record);
        var bytes = new byte[record.flip().remaining()];
        record.get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"server.dc1.consul", "my_node.server.dc1.consul", "a"})
    void theNameIsFound(String name) throws Exception {
        assertEquals(Optional.of(name), ServerNameOf.clientHello(ByteBuffer.wrap(hello(Optional.of(name)))));
    }

    @Test
    void noNameIsNone() throws Exception {
        assertEquals(Optional.empty(), ServerNameOf.clientHello(ByteBuffer.wrap(hello(Optional.empty()))));
    }

    @Test
    void anythingElseIsNone() throws Exception {
        var whole = hello(Optional.of("server.dc1.consul"));
        var random = new Random(5);
        for (int length = 0; length < whole.length; length++) {
            assertNotNull(ServerNameOf.clientHello(ByteBuffer.wrap(whole, 0, length)));
            var damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            assertNotNull(ServerNameOf.clientHello(ByteBuffer.wrap(damaged)));
        }
    }
}
