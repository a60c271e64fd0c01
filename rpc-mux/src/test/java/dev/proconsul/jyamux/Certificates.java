package dev.proconsul.jyamux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// TLS for the tests, with a key that is made when the first of them asks, and trusted by name.
final class Certificates {
    private static final String PASSWORD = "of a test";

    private Certificates() {}

    /// Made once.
    private static final class Lazy {
        static final SSLContext CONTEXT = context();
    }

    /// Shakes hands, both ends at once.
    static Wire.Ends secure(Socket client, Socket server) throws IOException {
        SSLSocket there = (SSLSocket) Lazy.CONTEXT.getSocketFactory().createSocket(client, "localhost", 0, true);
        SSLSocket here = (SSLSocket) Lazy.CONTEXT.getSocketFactory().createSocket(server, null, true);
        Task<Void> shaking = Task.run(here::startHandshake);
        there.startHandshake();
        try {
            shaking.get();
        } catch (Exception e) {
            throw new IOException(e);
        }
        return new Wire.Ends(end(there), end(here));
    }

    private static Wire.End end(SSLSocket socket) throws IOException {
        return new Wire.End(socket.getInputStream(), socket.getOutputStream(), socket);
    }

    private static SSLContext context() {
        try {
            KeyStore store = keyStore();
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD.toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore keyStore() throws IOException, InterruptedException, GeneralSecurityException {
        Path directory = Files.createTempDirectory("jyamux");
        Path file = directory.resolve("keys.p12");
        try {
            Process keytool = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool")
                    .toString(), "-genkeypair", "-alias", "test", "-keyalg", "EC", "-groupname", "secp256r1",
                    "-dname", "CN=localhost", "-validity", "2", "-keystore", file.toString(), "-storetype", "PKCS12",
                    "-storepass", PASSWORD)).redirectErrorStream(true).start();
            String said = new String(keytool.getInputStream().readAllBytes());
            if (keytool.waitFor() != 0) {
                throw new IOException("keytool failed: " + said);
            }
            return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }
}
