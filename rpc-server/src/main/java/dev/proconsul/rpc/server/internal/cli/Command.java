package dev.proconsul.rpc.server.internal.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// One command of `proconsul`.
interface Command {
    /// {@return its name, options, parameters and help}
    CommandSpec spec();

    /// Runs it.
    ///
    /// @return exit code
    /// @throws UsageError           when the command line asks for something impossible
    /// @throws CommandFailure       when what was asked for failed
    /// @throws InterruptedException when the process is ending
    int run(ParseResult args, Terminal terminal) throws UsageError, CommandFailure, InterruptedException;
}
