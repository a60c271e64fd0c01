package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One implementation under load: a server process and a client process, which stay for all rounds.
final class Contender implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final String name;
    private final Child server;
    private final Child client;

    private Contender(String name, Child server, Child client) {
        this.name = name;
        this.server = server;
        this.client = client;
    }

    /// Starts both processes.
    ///
    /// @param name   in the table
    /// @param server prints `listening`, its RPC address and the address of its echo
    /// @param client takes both addresses as arguments, and prints `ready`
    static Contender start(String name, List<String> server, List<String> client) throws IOException, InterruptedException {
        var serving = Child.start(name + " server", server);
        try {
            var command = new ArrayList<>(client);
            command.addAll(List.of(serving.expect("listening", START).split(" ")));
            var calling = Child.start(name + " client", command);
            calling.expect("ready", START);
            return new Contender(name, serving, calling);
        } catch (IOException | InterruptedException e) {
            serving.close();
            throw e;
        }
    }

    String name() {
        return name;
    }

    /// Makes load for a time.
    Sample run(Scenario scenario, Duration duration) throws IOException, InterruptedException {
        var before = cpuTime();
        client.say(scenario.title() + " " + scenario.callers() + " " + duration.toMillis());
        var measured = Measured.parse(client.expect("", duration.plus(GRACE)));
        return Sample.of(measured, cpuTime().minus(before));
    }

    private Duration cpuTime() {
        return server.cpuTime().plus(client.cpuTime());
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
