package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The regression gate: is this run as good as the one that was accepted?
///
/// Single runs scatter by about ten percent on virtual machines, so what seems slower is measured once more, by new
/// processes, and only what is slower in both runs is said to be.
///
/// @param accepted  what to compare with
/// @param now       where and how this run takes place
/// @param tolerance in percent
/// @param progress  is told why the run takes longer
record Gate(Accepted accepted, Setting now, int tolerance, Consumer<String> progress) {
    /// Measures and compares; does not begin when it is clear before that nothing can be compared.
    Finished run(List<Scenario> scenarios, Measuring measuring) throws IOException, InterruptedException {
        if (scenarios.stream().allMatch(scenario -> obstacle(scenario).isPresent())) {
            return finished(List.of(), judgement(judged(scenarios), Map.of(), Map.of()));
        }
        var outcomes = measuring.measure(scenarios);
        var first = Observed.of(outcomes);
        var doubtful = first.values().stream().filter(this::isDoubtful).map(Observed::scenario).toList();
        if (doubtful.isEmpty()) {
            return finished(outcomes, judgement(judged(scenarios), first, Map.of()));
        }
        progress.accept("slower than accepted, so measured once more: "
                + doubtful.stream().map(Scenario::title).collect(Collectors.joining(", ")));
        var repeated = measuring.measure(doubtful);
        return finished(latest(outcomes, repeated), judgement(judged(scenarios), first, Observed.of(repeated)));
    }

    private static Finished finished(List<Outcome> outcomes, Judgement judgement) {
        return new Finished(outcomes, judgement.text(), judgement.exitCode());
    }

    /// Those that are not judged are passed over, unless there are no others.
    private static List<Scenario> judged(List<Scenario> scenarios) {
        var judged = scenarios.stream().filter(Scenario::isJudged).toList();
        return judged.isEmpty() ? scenarios : judged;
    }

    /// The files of a scenario have its last run, so the line of JSON has that as well.
    private static List<Outcome> latest(List<Outcome> outcomes, List<Outcome> repeated) {
        var latest = new LinkedHashMap<Scenario, Outcome>();
        outcomes.forEach(outcome -> latest.put(outcome.scenario(), outcome));
        repeated.forEach(outcome -> latest.put(outcome.scenario(), outcome));
        return List.copyOf(latest.values());
    }

    private boolean isDoubtful(Observed observed) {
        return obstacle(observed.scenario()).isEmpty() && accepted.of(observed.scenario()).stream()
                .flatMap(entry -> entry.ratios().entrySet().stream())
                .anyMatch(before -> isSlower(observed.ratios().get(before.getKey()), before.getValue()));
    }

    private boolean isSlower(@Nullable Ratios ratios, Ratios before) {
        return ratios != null && ratios.isSlowerThan(before, tolerance);
    }

    /// Known before anything is measured.
    private Optional<String> obstacle(Scenario scenario) {
        if (!scenario.isJudged()) {
            return Optional.of(Finding.NotJudged.NO_YARDSTICK);
        }
        return accepted.of(scenario)
                .map(entry -> entry.setting().obstacle(now))
                .orElse(Optional.of(Finding.NotJudged.NOTHING_ACCEPTED));
    }

    private Judgement judgement(
            List<Scenario> scenarios, Map<Scenario, Observed> first, Map<Scenario, Observed> second) {
        var findings = scenarios.stream()
                .flatMap(scenario -> findings(scenario, first.get(scenario), second.get(scenario)))
                .toList();
        return new Judgement(tolerance, findings, notes(first, second));
    }

    private Stream<Finding> findings(Scenario scenario, @Nullable Observed first, @Nullable Observed second) {
        var obstacle = obstacle(scenario);
        if (obstacle.isPresent()) {
            return Stream.of(new Finding.NotJudged(scenario.title(), obstacle.get()));
        }
        if (first == null) {
            return Stream.of(new Finding.NotJudged(scenario.title(), Finding.NotJudged.NOT_MEASURED));
        }
        if (first.ratios().isEmpty() && first.unknown().isEmpty()) {
            return Stream.of(new Finding.NotJudged(scenario.title(), Finding.NotJudged.ALONE));
        }
        return Stream.of(first.ratios(), first.unknown()).flatMap(contenders -> contenders.keySet().stream())
                .map(contender -> finding(contender, first, second));
    }

    private Finding finding(String contender, Observed first, @Nullable Observed second) {
        var subject = first.scenario().title() + ", " + contender;
        var before = accepted.of(first.scenario()).map(entry -> entry.ratios().get(contender)).orElse(null);
        if (before == null) {
            return new Finding.NotJudged(subject, Finding.NotJudged.NOTHING_ACCEPTED);
        }
        var once = first.ratios().get(contender);
        if (once == null) {
            return new Finding.NotJudged(subject, first.whyUnknown(contender));
        }
        if (!isSlower(once, before)) {
            return new Finding.Compared(subject, before, once, Finding.Verdict.OK);
        }
        var again = second == null ? null : second.ratios().get(contender);
        if (again == null) {
            return new Finding.NotJudged(subject, "slower in one run, which a second was to confirm: "
                    + (second == null ? Finding.NotJudged.NOT_MEASURED : second.whyUnknown(contender)));
        }
        var best = once.best(again);
        return new Finding.Compared(subject, before, best,
                isSlower(best, before) ? Finding.Verdict.SLOWER : Finding.Verdict.OK_IN_ONE_OF_TWO);
    }

    private List<String> notes(Map<Scenario, Observed> first, Map<Scenario, Observed> second) {
        var notes = new ArrayList<String>();
        first.keySet().stream()
                .flatMap(scenario -> accepted.of(scenario).stream())
                .map(entry -> entry.setting().versions())
                .filter(versions -> !versions.equals(now.versions()))
                .distinct()
                .forEach(versions -> notes.add("accepted with " + versions + ", but this run has " + now.versions()));
        Stream.of(first, second).flatMap(run -> run.values().stream())
                .flatMap(observed -> observed.disturbance().stream())
                .forEach(notes::add);
        return notes;
    }
}
