package dev.proconsul.rpc.server.internal.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// What all commands' help has in common.
final class Help {
    private Help() {}

    /// Gives a command its texts.
    ///
    /// @param header   one line, for the list of commands
    /// @param details  what the help of the command says below its synopsis
    /// @param examples command lines that work
    static void of(CommandSpec spec, String header, String details, String... examples) {
        var footer = new String[examples.length + 2];
        footer[0] = "";
        footer[1] = "Examples:";
        for (int i = 0; i < examples.length; i++) {
            footer[i + 2] = "  " + examples[i];
        }
        spec.usageMessage().header(header).headerHeading("").description("", details, "").footer(footer)
                .commandListHeading("%nCommands:%n").sortOptions(false).abbreviateSynopsis(true);
    }

    /// Adds the option that every command has.
    static CommandSpec option(CommandSpec spec) {
        return spec.addOption(OptionSpec.builder("-h", "-help", "--help")
                .usageHelp(true).type(boolean.class).description("Show this help.").build());
    }
}
