package dev.proconsul.rpc.server.internal.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `proconsul version`.
final class VersionCommand implements Command {
    private final CommandSpec spec = CommandSpec.create().name("version");

    VersionCommand() {
        Help.of(spec, "Print the version.",
                "With it: which versions of Consul it works with, and the version of the Java runtime.",
                "proconsul version",
                "proconsul -version");
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult args, Terminal terminal) {
        terminal.out().println("proconsul " + version());
        terminal.out().println("wire of Consul 1.10 to 1.21; Java " + Runtime.version());
        return CommandLineTool.OK;
    }

    static String version() {
        var descriptor = VersionCommand.class.getModule().getDescriptor();
        return descriptor == null ? "unknown" : descriptor.rawVersion().orElse("unknown");
    }
}
