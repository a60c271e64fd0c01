package dev.proconsul.rpc.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What was said on the command line.
///
/// @param word      a scenario, the beginning of several, or `all`
/// @param scenarios that it means
/// @param quick     whether to be done within a minute
/// @param only      names of the contenders; empty for all
record Options(String word, List<Scenario> scenarios, boolean quick, List<String> only) {
    static final String USAGE = "usage: bench SCENARIO|all [--quick] [--only CONTENDER,...]";

    /// {@return the options; empty when they make no sense}
    static Optional<Options> parse(List<String> arguments) {
        var words = new ArrayList<String>();
        boolean quick = false;
        var only = List.<String>of();
        var rest = arguments.iterator();
        while (rest.hasNext()) {
            var argument = rest.next();
            if (argument.equals("--quick")) {
                quick = true;
            } else if (argument.equals("--only") && rest.hasNext()) {
                only = List.of(rest.next().split(","));
            } else {
                words.add(argument);
            }
        }
        if (words.size() != 1 || Scenario.named(words.getFirst()).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Options(words.getFirst(), Scenario.named(words.getFirst()), quick, only));
    }
}
