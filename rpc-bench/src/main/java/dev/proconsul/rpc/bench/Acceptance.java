package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the ratios of a run those that later runs are compared with. A scenario that was not measured, or not well
/// enough, keeps what was accepted before.
final class Acceptance {
    private final AcceptedFile file;
    private final Setting now;
    private final Table table = new Table("", "rate", "CPU", "p99");
    private final List<String> notes = new ArrayList<>();
    private int exitCode = Finished.WELL;

    /// @param file where they are kept
    /// @param now  where and how this run takes place
    Acceptance(AcceptedFile file, Setting now) {
        this.file = file;
        this.now = now;
    }

    /// Measures and keeps; once.
    Finished run(List<Scenario> scenarios, Measuring measuring) throws IOException, InterruptedException {
        var before = file.read(); // first, so that a damaged file is told before the minutes that follow
        var outcomes = measuring.measure(scenarios);
        var seen = Observed.of(outcomes);
        var accepted = before;
        for (var scenario : scenarios) {
            accepted = accept(scenario, seen.get(scenario), accepted);
        }
        if (!accepted.equals(before)) {
            file.write(accepted);
        }
        return new Finished(outcomes, text(), table.isEmpty() ? Finished.NOT_JUDGED : exitCode);
    }

    private Accepted accept(Scenario scenario, @Nullable Observed seen, Accepted accepted) {
        if (!scenario.isJudged()) {
            return refused(scenario, Finding.NotJudged.NO_YARDSTICK, accepted);
        }
        if (seen == null || !seen.isComplete()) {
            exitCode = Finished.NOT_JUDGED;
            return refused(scenario, seen == null ? Finding.NotJudged.NOT_MEASURED : seen.whyIncomplete(), accepted);
        }
        seen.disturbance().ifPresent(notes::add);
        accepted.of(scenario).ifPresent(before -> noteLoss(scenario, before, seen.ratios()));
        seen.ratios().forEach((contender, ratios) -> table.add(scenario.title() + ", " + contender,
                Judgement.times(ratios.rate()), Judgement.part(ratios.cpu()), Judgement.part(ratios.p99())));
        return accepted.with(scenario, new Accepted.Entry(now, seen.ratios()));
    }

    private Accepted refused(Scenario scenario, String reason, Accepted accepted) {
        notes.add("not accepted: " + scenario.title() + ": " + reason);
        return accepted;
    }

    /// All of an entry is from one run, so who does not take part in this one is not in it.
    private void noteLoss(Scenario scenario, Accepted.Entry before, Map<String, Ratios> now) {
        var lost = before.ratios().keySet().stream().filter(contender -> !now.containsKey(contender)).toList();
        if (!lost.isEmpty()) {
            notes.add(scenario.title() + ": " + String.join(", ", lost) + " took no part, and is no longer accepted");
        }
    }

    private String text() {
        var what = table.isEmpty() ? "Nothing is accepted.\n"
                : "Accepted in " + file.path() + (now.quick() ? ", for quick runs" : "") + ", ours beside others:\n"
                        + table.text();
        return "\n" + what + String.join("", notes.stream().map(note -> note + "\n").toList());
    }
}
