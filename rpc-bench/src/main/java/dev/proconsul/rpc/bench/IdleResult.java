package dev.proconsul.rpc.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Bytes that one idle stream and one idle session take: ours first, then the peers.
///
/// @param effort     how many there were
/// @param contenders by name, in the order of the table; the first is ours
record IdleResult(Effort effort, Map<String, Costs> contenders) implements Outcome {
    IdleResult {
        contenders = new LinkedHashMap<>(contenders);
    }

    /// Memory of both ends, in bytes for each.
    ///
    /// @param stream  of a stream
    /// @param session of a session
    record Costs(Ends stream, Ends session) {}

    /// @param client   live bytes in the client process
    /// @param server   live bytes in the server process
    /// @param resident bytes by which both processes have grown
    record Ends(double client, double server, double resident) {
        static Ends of(Memory client, Memory server, int number) {
            return new Ends(
                    (double) client.live() / number,
                    (double) server.live() / number,
                    (double) (client.resident() + server.resident()) / number);
        }

        private double live() {
            return client + server;
        }

        private String json() {
            return String.format(Locale.ROOT, "{\"client\":%.0f,\"server\":%.0f,\"resident\":%.0f}", client, server, resident);
        }
    }

    @Override
    public Scenario scenario() {
        return Scenario.MUX_IDLE;
    }

    @Override
    public String table() {
        var text = new StringBuilder("%n%s: %s%n".formatted(scenario().title(), scenario().description()));
        text.append(format("%-12s %32s  %32s%n", "",
                format("bytes of each of %,d streams", effort.streams()), format("of each of %,d sessions", effort.sessions())));
        text.append(format("%-12s %10s %10s %10s  %10s %10s %10s   %s%n",
                "", "client", "server", "resident", "client", "server", "resident", "ours: stream, session"));
        contenders.forEach((name, costs) -> text.append(format("%-12s %,10.0f %,10.0f %,10.0f  %,10.0f %,10.0f %,10.0f   %s%n",
                name, costs.stream.client, costs.stream.server, costs.stream.resident,
                costs.session.client, costs.session.server, costs.session.resident, comparison(name))));
        return text.toString();
    }

    private Costs ours() {
        return contenders.values().iterator().next();
    }

    private String comparison(String name) {
        var costs = contenders.getOrDefault(name, ours());
        return costs == ours() ? "" : format("1/%.2f, 1/%.2f",
                costs.stream.live() / ours().stream.live(), costs.session.live() / ours().session.live());
    }

    @Override
    public Map<String, Double> ratios() {
        var ratios = new LinkedHashMap<String, Double>();
        contenders.forEach((name, costs) -> {
            if (costs != ours()) {
                ratios.put(name, costs.stream.live() / ours().stream.live());
            }
        });
        return ratios;
    }

    @Override
    public String json() {
        var figures = contenders.entrySet().stream()
                .map(entry -> format("\"%s\":{\"stream\":%s,\"session\":%s}", entry.getKey(),
                        entry.getValue().stream.json(), entry.getValue().session.json()))
                .collect(Collectors.joining(","));
        return "{\"scenario\":\"" + scenario().title() + "\",\"ratio\":" + Result.json(ratios())
                + ",\"bytes\":{" + figures + "}}";
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
