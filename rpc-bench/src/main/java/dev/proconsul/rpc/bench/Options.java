package dev.proconsul.rpc.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What was said on the command line.
///
/// @param words     scenarios, beginnings of several, or `all`
/// @param scenarios that they mean, each once, in their order
/// @param quick     whether to be done within a minute
/// @param one       whether those take part as well whose processes make do with one processor
/// @param only      names of the contenders; empty for all
/// @param purpose   what the run is for
record Options(String words, List<Scenario> scenarios, boolean quick, boolean one, List<String> only,
        Purpose purpose) {
    static final String USAGE = """
            usage: bench SCENARIO...|all [--quick] [--one] [--only CONTENDER,...] [--accept|--gate[=PERCENT]]
              --accept      keep our rate, CPU and p99 beside the other contenders' in rpc-bench/accepted.json
              --gate        compare with what was accepted; 10 percent worse is tolerated, or PERCENT (1 to 50)
                            exit code 3: rate or CPU is worse in two runs; 4: not all could be judged, or accepted
            scenarios:""";

    Options {
        scenarios = List.copyOf(scenarios);
        only = List.copyOf(only);
    }

    /// {@return the options; empty when they make no sense}
    /// @throws IllegalArgumentException when it is clear which of them makes none; the message is for the user
    static Optional<Options> parse(List<String> arguments) {
        var words = new ArrayList<String>();
        boolean quick = false;
        boolean one = false;
        var only = List.<String>of();
        var purposes = new LinkedHashSet<Purpose>();
        var rest = arguments.iterator();
        while (rest.hasNext()) {
            var argument = rest.next();
            if (argument.equals("--quick")) {
                quick = true;
            } else if (argument.equals("--one")) {
                one = true;
            } else if (argument.equals("--only") && rest.hasNext()) {
                only = List.of(rest.next().split(","));
            } else if (argument.equals("--accept")) {
                purposes.add(new Purpose.Accept());
            } else if (Purpose.Gate.isMeant(argument)) {
                purposes.add(Purpose.Gate.parse(argument));
            } else {
                words.add(argument);
            }
        }
        if (words.isEmpty() || words.stream().anyMatch(word -> Scenario.named(word).isEmpty())) {
            return Optional.empty();
        }
        var scenarios = words.stream().flatMap(word -> Scenario.named(word).stream()).distinct().sorted().toList();
        return Optional.of(new Options(String.join(" ", words), scenarios, quick, one, only, purpose(purposes, only)));
    }

    private static Purpose purpose(Set<Purpose> purposes, List<String> only) {
        if (purposes.size() > 1) {
            throw new IllegalArgumentException("--accept and --gate: expected one of them, once");
        }
        if (!purposes.isEmpty() && !only.isEmpty() && !only.contains(Contenders.OURS)) {
            throw new IllegalArgumentException("--only " + String.join(",", only) + " leaves out " + Contenders.OURS
                    + ", which --accept and --gate compare with the others: expected both");
        }
        return purposes.stream().findFirst().orElse(new Purpose.Show());
    }
}
