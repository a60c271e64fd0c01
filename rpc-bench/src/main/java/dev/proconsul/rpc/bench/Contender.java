package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// One implementation under load: a server process and a client process, which stay for all rounds.
final class Contender implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final Kind kind;
    private final Child server;
    private final Child client;

    private Contender(Kind kind, Child server, Child client) {
        this.kind = kind;
        this.server = server;
        this.client = client;
    }

    /// What is known of a contender before it runs.
    ///
    /// @param name         in the table
    /// @param jvm          whether it needs to warm up
    /// @param multiplexing whether many callers share a connection
    /// @param suits        where it takes part
    /// @param server       prints `listening` and its addresses
    /// @param client       takes these addresses as arguments, and prints `ready`
    record Kind(String name, boolean jvm, boolean multiplexing, Predicate<Scenario> suits,
            List<String> server, List<String> client) {
        boolean suits(Scenario scenario) {
            return suits.test(scenario);
        }
    }

    /// Starts both processes.
    static Contender start(Kind kind) throws IOException, InterruptedException {
        var serving = Child.start(kind.name() + " server", kind.server());
        try {
            var command = new ArrayList<>(kind.client());
            command.addAll(List.of(serving.expect("listening", START).split(" ")));
            var calling = Child.start(kind.name() + " client", command);
            calling.expect("ready", START);
            return new Contender(kind, serving, calling);
        } catch (IOException | InterruptedException e) {
            serving.close();
            throw e;
        }
    }

    Kind kind() {
        return kind;
    }

    /// Makes load for a time.
    Sample run(Scenario scenario, Duration duration) throws IOException, InterruptedException {
        int callers = kind.multiplexing() ? scenario.callers() : scenario.connections();
        var before = cpuTime();
        var busy = Machine.busy();
        long start = System.nanoTime();
        client.say(scenario.title() + " " + callers + " " + duration.toMillis());
        var measured = Measured.parse(client.expect("", duration.plus(GRACE)));
        var used = cpuTime().minus(before);
        var elapsed = Duration.ofNanos(System.nanoTime() - start);
        return Sample.of(measured, used, Machine.others(Machine.busy().minus(busy), used, elapsed));
    }

    private Duration cpuTime() {
        return server.cpuTime().plus(client.cpuTime());
    }

    /// {@return the processor time that the compilers of both processes have used so far}
    Duration compilerTime() throws IOException {
        return server.compilerTime().plus(client.compilerTime());
    }

    /// Opens what stays idle.
    /// @param what `idle-streams` or `idle-sessions`
    void open(String what, int number) throws IOException, InterruptedException {
        client.say(what + " " + number);
        client.expect("done", GRACE);
    }

    Memory serverMemory() throws IOException, InterruptedException {
        return memory(server);
    }

    Memory clientMemory() throws IOException, InterruptedException {
        return memory(client);
    }

    private static Memory memory(Child child) throws IOException, InterruptedException {
        child.say("memory");
        return Memory.parse(child.expect("", GRACE));
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
