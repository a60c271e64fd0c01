package dev.proconsul.rpc.server.internal.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// Declares and reads options; each may be written with one dash or two.
final class Options {
    private Options() {}

    static void flag(CommandSpec spec, String name, String help) {
        spec.addOption(OptionSpec.builder("-" + name, "--" + name).type(boolean.class).description(help).build());
    }

    static void text(CommandSpec spec, String name, String label, String help) {
        spec.addOption(OptionSpec.builder("-" + name, "--" + name).type(String.class).paramLabel(label).description(help).build());
    }

    static void number(CommandSpec spec, String name, String label, String help) {
        spec.addOption(OptionSpec.builder("-" + name, "--" + name).type(Integer.class).paramLabel(label).description(help).build());
    }

    static void texts(CommandSpec spec, String name, String label, String help) {
        spec.addOption(OptionSpec.builder("-" + name, "--" + name)
                .type(List.class).auxiliaryTypes(String.class).paramLabel(label).description(help).build());
    }

    static boolean isSet(ParseResult args, String name) {
        return args.matchedOptionValue("-" + name, false);
    }

    static Optional<String> text(ParseResult args, String name) {
        return args.hasMatchedOption("-" + name) ? Optional.of(args.matchedOptionValue("-" + name, "")) : Optional.empty();
    }

    static Optional<Integer> number(ParseResult args, String name) {
        return args.hasMatchedOption("-" + name) ? Optional.of(args.matchedOptionValue("-" + name, 0)) : Optional.empty();
    }

    static List<String> texts(ParseResult args, String name) {
        return args.matchedOptionValue("-" + name, List.of());
    }
}
