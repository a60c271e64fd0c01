package dev.proconsul.rpc.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
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
    public Report report() {
        var heading = Scenario.MUX_IDLE.description() + format(
                ": bytes of each of %,d streams, and of each of %,d sessions", effort.streams(), effort.sessions());
        return new Report(Scenario.MUX_IDLE.title(), heading, table(), List.of(), json(), plot());
    }

    private Table table() {
        var table = new Table("", "stream: client", "server", "resident", "session: client", "server", "resident",
                "ours: stream", "session");
        contenders.forEach((name, costs) -> table.add(name,
                bytes(costs.stream.client), bytes(costs.stream.server), bytes(costs.stream.resident),
                bytes(costs.session.client), bytes(costs.session.server), bytes(costs.session.resident),
                compared(costs, Costs::stream), compared(costs, Costs::session)));
        return table;
    }

    private static String bytes(double number) {
        return format("%,.0f", number);
    }

    private String compared(Costs costs, Function<Costs, Ends> part) {
        return costs == ours() ? "" : format("1/%.2f", part.apply(costs).live() / part.apply(ours()).live());
    }

    private Plot plot() {
        return new Plot("mux-idle: live bytes of both ends (less is better)", List.of(
                new Plot.Panel("of each stream", live(Costs::stream)), new Plot.Panel("of each session", live(Costs::session))));
    }

    private Map<String, Double> live(Function<Costs, Ends> part) {
        var bytes = new LinkedHashMap<String, Double>();
        contenders.forEach((name, costs) -> bytes.put(name, Math.max(0, part.apply(costs).live())));
        return bytes;
    }

    private Costs ours() {
        return contenders.values().iterator().next();
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
        return "{\"scenario\":\"" + Scenario.MUX_IDLE.title() + "\",\"ratio\":" + Result.json(ratios())
                + ",\"bytes\":{" + figures + "}}";
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
