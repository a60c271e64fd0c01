package dev.proconsul.rpc.server.internal.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// Declares and reads options and parameters; each option may be written with one dash or two. Values are read as text
/// and understood here, so that every bad one is told in the same words.
final class Options {
    private Options() {}

    static void flag(CommandSpec spec, String name, String help) {
        spec.addOption(OptionSpec.builder("-" + name, "--" + name).type(boolean.class).description(help).build());
    }

    static void text(CommandSpec spec, String name, String label, String help) {
        spec.addOption(OptionSpec.builder("-" + name, "--" + name)
                .type(String.class).paramLabel(label).description(help).build());
    }

    static void texts(CommandSpec spec, String name, String label, String help) {
        spec.addOption(OptionSpec.builder("-" + name, "--" + name)
                .type(List.class).auxiliaryTypes(String.class).paramLabel(label).description(help).build());
    }

    static void parameter(CommandSpec spec, String arity, String label, String help) {
        var index = Integer.toString(spec.positionalParameters().size());
        spec.addPositional(PositionalParamSpec.builder()
                .index(index).arity(arity).required(arity.equals("1"))
                .paramLabel(label).type(String.class).description(help).build());
    }

    static boolean isSet(ParseResult args, String name) {
        return args.matchedOptionValue("-" + name, false);
    }

    static boolean isGiven(ParseResult args, String name) {
        return args.hasMatchedOption("-" + name);
    }

    static Optional<String> text(ParseResult args, String name) {
        return isGiven(args, name) ? Optional.of(args.matchedOptionValue("-" + name, "")) : Optional.empty();
    }

    static List<String> texts(ParseResult args, String name) {
        return args.matchedOptionValue("-" + name, List.of());
    }

    /// {@return a whole number from `least` to `most`, if the option is given}
    static Optional<Integer> number(ParseResult args, String name, int least, int most) throws UsageError {
        var text = text(args, name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.get().matches("[0-9]{1,10}")) {
            long value = Long.parseLong(text.get());
            if (value >= least && value <= most) {
                return Optional.of((int) value);
            }
        }
        var range = most == Integer.MAX_VALUE ? "of " + least + " or more" : "from " + least + " to " + most;
        throw expected(name, text.get(), "a whole number " + range);
    }

    /// {@return a time of more than zero, if the option is given}
    static Optional<Duration> time(ParseResult args, String name) throws UsageError {
        var text = text(args, name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Durations.parse(text.get()).filter(Duration::isPositive)
                .orElseThrow(() -> expected(name, text.get(), "a time of more than zero, such as 5s or 1m30s")));
    }

    static UsageError expected(String name, String value, String what) {
        return new UsageError("-" + name + " is '" + value + "', but must be " + what);
    }
}
