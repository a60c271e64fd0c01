package dev.proconsul.rpc.bench;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs that nobody has run: Go does 1,000 operations in a second, 10 µs each, and ours are as good as a test says.
final class MadeUp {
    static final Setting HERE =
            new Setting(LocalDate.of(2026, 11, 26), "Sample 9000 (model 7)", 2, "25.0.1+8", "go1.26.0", false);
    /// Twice the rate, for half of the processor time.
    static final Ratios TWICE = new Ratios(2, 0.5, 0.25);

    private static final double CALM = 0.01;
    private static final double DISTURBED = 0.5;
    private static final int ROUNDS = 5;

    private MadeUp() {}

    static Accepted accepted(Setting setting, Scenario... scenarios) {
        var accepted = Accepted.NOTHING;
        for (var scenario : scenarios) {
            accepted = accepted.with(scenario, new Accepted.Entry(setting, Map.of(Contenders.GO, TWICE)));
        }
        return accepted;
    }

    /// {@return a calm run of ours and Go}
    /// @param rate of ours divided by Go's
    /// @param cpu  likewise
    static Result result(Scenario scenario, double rate, double cpu) {
        return result(scenario, Map.of(Contenders.GO, rounds(1, 1, 0)), rounds(rate, cpu, 0));
    }

    /// {@return a run like that, but other programs have disturbed some of Go's five rounds}
    static Result disturbed(Scenario scenario, double rate, double cpu, int rounds) {
        return result(scenario, Map.of(Contenders.GO, rounds(1, 1, rounds)), rounds(rate, cpu, 0));
    }

    /// {@return a run of ours and some others}
    static Result result(Scenario scenario, Map<String, Rounds> others, Rounds ours) {
        var rounds = new LinkedHashMap<String, Rounds>();
        rounds.put(Contenders.OURS, ours);
        rounds.putAll(others);
        return new Result(scenario, rounds);
    }

    /// {@return rounds of which the disturbed ones have worthless figures}
    static Rounds rounds(double rate, double cpu, int disturbed) {
        var samples = new ArrayList<>(Collections.nCopies(ROUNDS - disturbed, sample(rate, cpu, CALM)));
        samples.addAll(Collections.nCopies(disturbed, sample(rate / 1_000, cpu * 1_000, DISTURBED)));
        return new Rounds(samples);
    }

    private static Sample sample(double rate, double cpu, double others) {
        return new Sample(1_000 * rate, 10, 40 * cpu, 10 * cpu, 0, others);
    }

    /// Has all its runs ready, and keeps what was asked of it.
    static final class Runs implements Measuring {
        final List<List<Scenario>> asked = new ArrayList<>();
        private final List<List<Outcome>> ready;

        Runs() {
            this.ready = List.of();
        }

        Runs(List<Outcome> only) {
            this.ready = List.of(only);
        }

        Runs(List<Outcome> first, List<Outcome> second) {
            this.ready = List.of(first, second);
        }

        @Override
        public List<Outcome> measure(List<Scenario> scenarios) {
            asked.add(scenarios);
            return ready.get(asked.size() - 1);
        }
    }
}
