package dev.proconsul.rpc.server.internal.cli;

import java.util.ArrayList;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Says in one line what is wrong with a command line.
final class Mistakes {
    private Mistakes() {}

    static String explain(ParameterException e) {
        return switch (e) {
            case UnmatchedArgumentException unmatched -> unmatched(unmatched);
            case MissingParameterException missing -> missing.getMissing().isEmpty()
                    ? firstLine(missing)
                    : missing.getMissing().stream().map(Mistakes::missing).collect(Collectors.joining("; "));
            case OverwrittenOptionException twice when twice.getOverwritten() instanceof OptionSpec option ->
                option.names()[0] + " is given twice";
            default -> firstLine(e);
        };
    }

    private static String unmatched(UnmatchedArgumentException e) {
        var word = e.getUnmatched().isEmpty() ? "" : e.getUnmatched().getFirst();
        var command = e.getCommandLine();
        if (word.startsWith("-")) {
            var known = command.getCommandSpec().options().stream().map(option -> option.names()[0]).toList();
            return "unknown option " + word + Nearest.suggestion(withoutDash(word), known);
        }
        if (!command.getSubcommands().isEmpty()) {
            return unknownCommand(word, command);
        }
        return command.getCommandName() + " does not know what to do with '" + word + "'";
    }

    static String unknownCommand(String word, CommandLine root) {
        var known = new ArrayList<>(root.getSubcommands().keySet());
        known.add("help");
        return "unknown command '" + word + "'" + Nearest.suggestion(word, known);
    }

    /// `--sever=x` is near `-server`.
    private static String withoutDash(String word) {
        var name = word.startsWith("--") ? word.substring(1) : word;
        int value = name.indexOf('=');
        return value < 0 ? name : name.substring(0, value);
    }

    private static String missing(ArgSpec spec) {
        var label = spec.paramLabel();
        return spec instanceof OptionSpec option
                ? option.names()[0] + " needs a value: " + label
                : spec.command().name() + " needs " + label;
    }


    private static String firstLine(ParameterException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("bad command line");
    }
}
