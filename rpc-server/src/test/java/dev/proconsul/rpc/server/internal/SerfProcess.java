package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A `serf agent` on ports of its own on 127.0.0.1, with the quick times of its profile for one machine.
final class SerfProcess implements AutoCloseable {
    private final Path log;
    private final Process process;
    private final int gossipPort;
    private final int rpcPort;

    private SerfProcess(Path log, Process process, int gossipPort, int rpcPort) {
        this.log = log;
        this.process = process;
        this.gossipPort = gossipPort;
        this.rpcPort = rpcPort;
    }

    /// Starts an agent and waits until it takes commands.
    static SerfProcess start(Path directory, String name, String... options) throws IOException, InterruptedException {
        return start(directory, name, freePort(), freePort(), options);
    }

    private static SerfProcess start(Path directory, String name, int gossipPort, int rpcPort, String... options)
            throws IOException, InterruptedException {
        var log = Files.createTempFile(directory, "serf-" + name + "-", ".log");
        var command = new ArrayList<>(List.of("serf", "agent", "-node=" + name, "-bind=127.0.0.1:" + gossipPort,
                "-rpc-addr=127.0.0.1:" + rpcPort, "-profile=local"));
        Collections.addAll(command, options);
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        } catch (IOException e) {
            return fail("the tests against Serf need its agent: no serf on the PATH (Debian: apt-get install serf)", e);
        }
        var agent = new SerfProcess(log, process, gossipPort, rpcPort);
        Conditions.await(agent::answers, () -> "the Serf agent takes commands: " + agent.logged());
        return agent;
    }

    /// Starts an agent with the name and the ports of one that has ended.
    SerfProcess again(Path directory, String name, String... options) throws IOException, InterruptedException {
        return start(directory, name, gossipPort, rpcPort, options);
    }

    private static int freePort() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            try (var tcp = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                    var udp = new DatagramSocket(new InetSocketAddress("127.0.0.1", tcp.getLocalPort()))) {
                return udp.getLocalPort();
            } catch (BindException e) {
                // This one is free for TCP only.
            }
        }
        throw new IOException("no port is free for TCP and UDP");
    }

    private boolean answers() {
        if (!process.isAlive()) {
            fail("the Serf agent has ended: " + logged());
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", rpcPort), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    String rpcAddress() {
        return "127.0.0.1:" + rpcPort;
    }

    String join() {
        return "-join=127.0.0.1:" + gossipPort;
    }

    /// Has the agent take leave of the others and end.
    void leave() throws IOException, InterruptedException {
        var leave = new ProcessBuilder("serf", "leave", "-rpc-addr=" + rpcAddress()).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
        if (!leave.waitFor(20, TimeUnit.SECONDS) || !process.waitFor(20, TimeUnit.SECONDS)) {
            leave.destroyForcibly();
            fail("the Serf agent did not leave: " + logged());
        }
    }

    /// Ends the agent without a word to the others.
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    String logged() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
