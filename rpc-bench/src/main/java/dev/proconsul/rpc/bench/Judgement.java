package dev.proconsul.rpc.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the gate says in the end.
///
/// @param tolerance in percent
/// @param findings  of every scenario that was asked for
/// @param notes     what to know besides
record Judgement(int tolerance, List<Finding> findings, List<String> notes) {
    private static final double PERCENT = 100;

    Judgement {
        findings = List.copyOf(findings);
        notes = List.copyOf(notes);
    }

    int exitCode() {
        if (!slower().isEmpty()) {
            return Finished.SLOWER;
        }
        return notJudged().findAny().isPresent() ? Finished.NOT_JUDGED : Finished.WELL;
    }

    private List<String> slower() {
        return compared()
                .filter(finding -> finding.verdict() == Finding.Verdict.SLOWER)
                .map(Finding::subject)
                .toList();
    }

    private Stream<Finding.Compared> compared() {
        return findings.stream().filter(Finding.Compared.class::isInstance).map(Finding.Compared.class::cast);
    }

    private Stream<Finding.NotJudged> notJudged() {
        return findings.stream().filter(Finding.NotJudged.class::isInstance).map(Finding.NotJudged.class::cast);
    }

    /// {@return all of it, the verdict last}
    String text() {
        var lines = new StringBuilder("\nRegression gate: ours beside others, " + tolerance + " % tolerated\n");
        if (compared().findAny().isPresent()) {
            lines.append(table().text());
            lines.append("p99 is shown but does not decide: one pause of the machine moves it.\n");
        }
        notes.forEach(note -> lines.append(note).append('\n'));
        reasons().forEach((reason, subjects) ->
                lines.append("not judged: ").append(subjects).append(": ").append(reason).append('\n'));
        return lines.append("gate: ").append(verdict()).append('\n').toString();
    }

    private Table table() {
        var table = new Table("", "rate: accepted", "now", "change", "CPU: accepted", "now", "change",
                "p99: accepted", "now", "change", "verdict");
        compared().forEach(finding -> {
            var before = finding.accepted();
            var now = finding.now();
            table.add(finding.subject(),
                    times(before.rate()), times(now.rate()), change(before.rate(), now.rate()),
                    part(before.cpu()), part(now.cpu()), change(before.cpu(), now.cpu()),
                    part(before.p99()), part(now.p99()), change(before.p99(), now.p99()),
                    finding.verdict().text());
        });
        return table;
    }

    static String times(double ratio) {
        return String.format(Locale.ROOT, "%.2f times", ratio);
    }

    static String part(double ratio) {
        return String.format(Locale.ROOT, "1/%.2f", 1 / ratio);
    }

    private static String change(double before, double now) {
        return String.format(Locale.ROOT, "%+.1f %%", (now / before - 1) * PERCENT);
    }

    /// One line for each reason: without a file it is the same for all.
    private LinkedHashMap<String, String> reasons() {
        return notJudged().collect(Collectors.groupingBy(Finding.NotJudged::reason, LinkedHashMap::new,
                Collectors.mapping(Finding::subject, Collectors.joining("; "))));
    }

    private String verdict() {
        return switch (exitCode()) {
            case Finished.SLOWER -> "slower than accepted, in two runs: " + String.join("; ", slower());
            case Finished.NOT_JUDGED -> "could not judge all of it, see above";
            default -> "passed";
        };
    }
}
