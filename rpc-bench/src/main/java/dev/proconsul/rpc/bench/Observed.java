package dev.proconsul.rpc.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a run says of a scenario: medians of the rounds that other programs left alone.
///
/// @param scenario what was measured
/// @param ratios   to the other contenders, as far as they are known
/// @param unknown  the others, and for what reason
/// @param leftOut  how many rounds were disturbed
record Observed(Scenario scenario, Map<String, Ratios> ratios, Map<String, String> unknown, long leftOut) {
    /// Other builds and settings of what we measure: a ratio that gets better there would look like one that gets
    /// worse here.
    private static final Set<String> OURS_AS_WELL = Set.of(Contenders.OURS, Contenders.OURS_ONE, Contenders.BASE);

    Observed {
        ratios = Collections.unmodifiableMap(new LinkedHashMap<>(ratios));
        unknown = Collections.unmodifiableMap(new LinkedHashMap<>(unknown));
    }

    /// {@return what the outcomes say that have a rate}
    static Map<Scenario, Observed> of(List<Outcome> outcomes) {
        var observed = new LinkedHashMap<Scenario, Observed>();
        for (var outcome : outcomes) {
            switch (outcome) {
                case Result result -> observed.put(result.scenario(), of(result.scenario(), result.rounds()));
                case IdleResult _ -> {} // memory only
            }
        }
        return observed;
    }

    private static Observed of(Scenario scenario, Map<String, Rounds> rounds) {
        var ours = Optional.ofNullable(rounds.get(Contenders.OURS)).flatMap(Rounds::calm);
        var ratios = new LinkedHashMap<String, Ratios>();
        var unknown = new LinkedHashMap<String, String>();
        rounds.forEach((name, all) -> {
            if (OURS_AS_WELL.contains(name)) {
                return;
            }
            var peer = all.calm();
            if (ours.isEmpty() || peer.isEmpty()) {
                unknown.put(name, Finding.NotJudged.DISTURBED);
                return;
            }
            Ratios.of(ours.get().median(), peer.get().median()).ifPresentOrElse(
                    known -> ratios.put(name, known), () -> unknown.put(name, Finding.NotJudged.NOTHING_DONE));
        });
        return new Observed(scenario, ratios, unknown, rounds.values().stream().mapToLong(Rounds::disturbed).sum());
    }

    /// {@return whether there is somebody to compare with, and all ratios are known}
    boolean isComplete() {
        return !ratios.isEmpty() && unknown.isEmpty();
    }

    String whyIncomplete() {
        return unknown.values().stream().findFirst().orElse(Finding.NotJudged.ALONE);
    }

    String whyUnknown(String contender) {
        return unknown.getOrDefault(contender, Finding.NotJudged.NOT_MEASURED);
    }

    /// {@return a word on the disturbed rounds, if there were any}
    Optional<String> disturbance() {
        return leftOut == 0 ? Optional.empty() : Optional.of(
                scenario.title() + ": rounds that other programs have disturbed and that do not count: " + leftOut);
    }
}
