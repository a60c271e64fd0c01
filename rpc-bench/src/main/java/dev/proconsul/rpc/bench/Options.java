package dev.proconsul.rpc.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What was said on the command line.
///
/// @param words     scenarios, beginnings of several, or `all`
/// @param scenarios that they mean, each once, in their order
/// @param quick     whether to be done within a minute
/// @param one       whether those take part as well whose processes make do with one processor
/// @param only      names of the contenders; empty for all
record Options(String words, List<Scenario> scenarios, boolean quick, boolean one, List<String> only) {
    static final String USAGE = "usage: bench SCENARIO...|all [--quick] [--one] [--only CONTENDER,...]";

    Options {
        scenarios = List.copyOf(scenarios);
        only = List.copyOf(only);
    }

    /// {@return the options; empty when they make no sense}
    static Optional<Options> parse(List<String> arguments) {
        var words = new ArrayList<String>();
        boolean quick = false;
        boolean one = false;
        var only = List.<String>of();
        var rest = arguments.iterator();
        while (rest.hasNext()) {
            var argument = rest.next();
            if (argument.equals("--quick")) {
                quick = true;
            } else if (argument.equals("--one")) {
                one = true;
            } else if (argument.equals("--only") && rest.hasNext()) {
                only = List.of(rest.next().split(","));
            } else {
                words.add(argument);
            }
        }
        if (words.isEmpty() || words.stream().anyMatch(word -> Scenario.named(word).isEmpty())) {
            return Optional.empty();
        }
        var scenarios = words.stream().flatMap(word -> Scenario.named(word).stream()).distinct().sorted().toList();
        return Optional.of(new Options(String.join(" ", words), scenarios, quick, one, only));
    }
}
