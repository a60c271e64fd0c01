package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.internal.SrvLookup;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Servers from SRV records: what answers change, and that the JDK's resolver is asked and understood rightly.
class DnsServersTest {
    private final List<String> told = new ArrayList<>();
    private final Map<String, String> answer = new LinkedHashMap<>();
    private boolean fails;
    private final ServerSink sink = new ServerSink() {
        @Override
        public void joined(ServerInfo server) {
            told.add("+" + server.node() + "=" + server.address());
        }

        @Override
        public void left(ServerInfo server) {
            told.add("-" + server.node());
        }

        @Override
        public void failed(ServerInfo server) {
            told.add("!" + server.node());
        }

        @Override
        public void leader(String address) {
            told.add("leader " + address);
        }
    };

    private Map<String, String> look(String name) throws IOException {
        if (fails) {
            throw new IOException("the look-up of " + name + " failed");
        }
        return new LinkedHashMap<>(answer);
    }

    @Test
    void answersTellWhoJoinsChangesAndLeaves() throws Exception {
        var parked = new Time() {
            @Override
            public long nanoTime() {
                return 0;
            }

            @Override
            public void sleep(java.time.Duration time) throws InterruptedException {
                new java.util.concurrent.CountDownLatch(1).await();
            }
        };
        try (var source = new DnsServers(DnsServers.Config.of("consul.service.consul"), this::look, parked,
                new SplittableRandom(1))) {
            answer.put("a", "10.0.0.1:8300");
            answer.put("b", "10.0.0.2:8300");
            source.start(sink);
            assertEquals(List.of("+a=10.0.0.1:8300", "+b=10.0.0.2:8300"), told);

            told.clear();
            source.refreshOrSay(sink);
            assertEquals(List.of(), told, "nothing has changed");

            answer.put("b", "10.0.0.9:8300");
            answer.remove("a");
            source.refreshOrSay(sink);
            assertEquals(List.of("-a", "+b=10.0.0.9:8300"), told);

            told.clear();
            fails = true;
            source.refreshOrSay(sink);
            assertEquals(List.of(), told, "a failure changes nothing");
        }
    }

    @Test
    void withoutAnAnswerThereIsNoClient() {
        fails = true;
        var source = new DnsServers(DnsServers.Config.of("x.consul"), this::look, Time.SYSTEM,
                new SplittableRandom(1));
        var e = assertThrows(CallException.NotSent.class,
                () -> RpcClient.connect(ClientConfig.of("unused"), Dialers.clearText(), source));
        assertEquals("no servers from DNS: the look-up of x.consul failed", e.getMessage());
    }

    @Test
    void theResolverIsAskedForServersAndTheirAddresses() throws Exception {
        try (var dns = new FakeDns()) {
            var lookup = new SrvLookup(Optional.of(dns.address()));
            assertEquals(Map.of("a.node.dc1.consul", "127.0.0.1:8300", "b.node.dc1.consul", "127.0.0.2:8301"),
                    lookup.servers("consul.service.consul"));
            assertEquals(List.of("a.node.dc1.consul", "b.node.dc1.consul"),
                    List.copyOf(lookup.servers("consul.service.consul").keySet()), "by priority");

            var e = assertThrows(IOException.class, () -> lookup.servers("nobody.consul"));
            assertEquals("the name nobody.consul does not exist", e.getMessage());
        }
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        assertTrue(String.valueOf(assertThrows(IllegalArgumentException.class, () -> DnsServers.Config.of("a b"))
                .getMessage()).contains("no name"));
    }

    /// A name server that knows two servers.
    private static final class FakeDns implements AutoCloseable {
        private static final int A = 1;
        private static final int SRV = 33;
        private static final int NAME_ERROR = 3;

        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());

        FakeDns() throws IOException {
            Thread.ofPlatform().daemon().start(this::serve);
        }

        InetSocketAddress address() {
            return InetSocketAddress.createUnresolved("127.0.0.1", socket.getLocalPort());
        }

        private void serve() {
            try {
                while (true) {
                    var packet = new DatagramPacket(new byte[512], 512);
                    socket.receive(packet);
                    var reply = answer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                    socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // the test is over
            }
        }

        private static byte[] answer(ByteBuffer question) throws IOException {
            int id = question.getShort();
            question.position(12);
            var name = new StringBuilder();
            for (int length = question.get(); length > 0; length = question.get()) {
                var label = new byte[length];
                question.get(label);
                name.append(new String(label, StandardCharsets.US_ASCII)).append('.');
            }
            int type = question.getShort();
            var records = records(name.toString(), type);
            var bytes = new ByteArrayOutputStream();
            var out = new DataOutputStream(bytes);
            out.writeShort(id);
            out.writeShort(0x8580 | (name.toString().startsWith("nobody") ? NAME_ERROR : 0));
            out.writeShort(1);
            out.writeShort(records.size());
            out.writeInt(0);
            name(out, name.toString());
            out.writeShort(type);
            out.writeShort(1);
            for (var record : records) {
                name(out, name.toString());
                out.writeShort(type);
                out.writeShort(1);
                out.writeInt(0);
                out.writeShort(record.length);
                out.write(record);
            }
            return bytes.toByteArray();
        }

        private static List<byte[]> records(String name, int type) throws IOException {
            if (type == SRV && name.equals("consul.service.consul.")) {
                return List.of(srv(2, 8301, "b.node.dc1.consul."), srv(1, 8300, "a.node.dc1.consul."));
            }
            if (type == A && name.endsWith(".node.dc1.consul.")) {
                return List.of(new byte[] {127, 0, 0, (byte) (name.startsWith("a") ? 1 : 2)});
            }
            return List.of();
        }

        private static byte[] srv(int priority, int port, String target) throws IOException {
            var bytes = new ByteArrayOutputStream();
            var out = new DataOutputStream(bytes);
            out.writeShort(priority);
            out.writeShort(1);
            out.writeShort(port);
            name(out, target);
            return bytes.toByteArray();
        }

        private static void name(DataOutputStream out, String name) throws IOException {
            for (var label : name.split("\\.")) {
                out.writeByte(label.length());
                out.write(label.getBytes(StandardCharsets.US_ASCII));
            }
            out.writeByte(0);
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
