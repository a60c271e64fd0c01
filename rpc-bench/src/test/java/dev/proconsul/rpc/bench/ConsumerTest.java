package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.Session;
import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.endpoints.Endpoints;
import dev.proconsul.rpc.structs.Codec;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import java.io.File;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Modules stand alone: a project of somebody else, compiled and run with no more on its module path than the modules
/// named here. The projects are in `src/test/resources/consumers`.
class ConsumerTest {
    private static final Path STRUCTS = locationOf(Codec.class);
    private static final Path MUX = locationOf(Session.class);
    private static final Path API = locationOf(Connection.class);
    private static final Path ENDPOINTS = locationOf(Endpoints.class);
    private static final Path TLS = locationOf(TcpDialer.class);
    private static final Path CLIENT = locationOf(RpcClient.class);

    private static final List<Path> BOUNCY_CASTLE = List.of(locationOf(BigIntegers.class), locationOf(PEMParser.class),
            locationOf(CMSObjectIdentifiers.class));

    @TempDir
    Path classes;

    @Test
    void structsAloneWriteAndReadACall() throws Exception {
        assertEquals("KVS.Apply 7: set color = blue", resultOf("structs", STRUCTS));
    }

    @Test
    void jyamuxAloneCarriesAnEcho() throws Exception {
        assertEquals("hello", resultOf("jyamux", MUX));
    }

    @Test
    void endpointsServeInTheProcess() throws Exception {
        assertEquals("127.0.0.1:8300", resultOf("endpoints", API, STRUCTS, ENDPOINTS));
    }

    @Test
    void theClientNeedsNoServerModule() throws Exception {
        assertEquals("127.0.0.1:8300", resultOf("client", withBouncyCastle(API, STRUCTS, MUX, TLS, CLIENT)));
    }

    @Test
    void theTransportSecuresAConnectionWithItsOwnAuthority() throws Exception {
        assertEquals("TLSv1.3 for server.dc1.consul: hello", resultOf("transport", withBouncyCastle(API, TLS)));
    }

    private static Path[] withBouncyCastle(Path... ours) {
        return Stream.concat(Stream.of(ours), BOUNCY_CASTLE.stream()).toArray(Path[]::new);
    }

    private Object resultOf(String project, Path... modulePath) throws Exception {
        compile(Path.of(ConsumerTest.class.getResource("/consumers/" + project).toURI()), modulePath);
        var layer = layerOf(modulePath);
        assertEquals(modulePath.length + 1, layer.modules().size(), () -> "only what was given: " + layer);
        return ServiceLoader.load(layer, Callable.class).findFirst().orElseThrow().call();
    }

    private void compile(Path project, Path... modulePath) throws Exception {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> sources = Files.walk(project)) {
            var options = List.of("-Werror", "-Xlint:all", "-proc:none", "-d", classes.toString(),
                    "--module-path",
                    Stream.of(modulePath).map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
            var said = new StringWriter();
            var units = files.getJavaFileObjectsFromPaths(sources.filter(p -> p.toString().endsWith(".java")).toList());
            assertTrue(compiler.getTask(said, files, null, options, null, units).call(), said::toString);
        }
    }

    /// Nothing of the class path is visible in the layer: the parent of its loader is the JDK's own.
    private ModuleLayer layerOf(Path... modulePath) {
        var boot = ModuleLayer.boot();
        var places = Stream.concat(Stream.of(classes), Stream.of(modulePath)).toArray(Path[]::new);
        var configuration =
                boot.configuration().resolve(ModuleFinder.of(places), ModuleFinder.of(), Set.of("consumer"));
        return boot.defineModulesWithOneLoader(configuration, ClassLoader.getPlatformClassLoader());
    }

    private static Path locationOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()); // a jar, or classes
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
