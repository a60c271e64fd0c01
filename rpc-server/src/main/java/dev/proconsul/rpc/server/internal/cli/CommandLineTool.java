package dev.proconsul.rpc.server.internal.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// The commands of `proconsul`, and how a command line finds one.
///
/// Exit codes: 0 done, 1 failed, 2 a command line that cannot be followed.
public final class CommandLineTool {
    /// No exit code: the command goes on in other threads, and the process ends by a signal.
    public static final int STILL_RUNNING = -1;

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private final Terminal terminal;
    private final List<Command> commands;

    /// Makes the tool.
    /// @param terminal where commands read and write
    public CommandLineTool(Terminal terminal) {
        this.terminal = terminal;
        this.commands = List.of(
                new AgentCommand(), new CallCommand(), new WatchCommand(), new RoutesCommand(), new VersionCommand());
    }

    /// Runs a command.
    ///
    /// @param args the command line, without the name of the program
    /// @return exit code, or [#STILL_RUNNING]
    public int run(String... args) {
        var root = commandLine();
        try {
            var words = args.length > 0 && args[0].equals("help") ? helpFor(args) : args;
            return dispatch(root, root.parseArgs(words));
        } catch (ParameterException e) {
            return usageError(e);
        } catch (UsageError e) {
            terminal.err().println("proconsul: " + e.getMessage());
            return USAGE;
        } catch (CommandFailure e) {
            terminal.err().println("proconsul: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            return FAILED;
        } finally {
            terminal.out().flush();
        }
    }

    /// `help call` is `call -help`.
    private static String[] helpFor(String... args) {
        return args.length == 1 ? new String[] {"-help"} : new String[] {args[1], "-help"};
    }

    private int dispatch(CommandLine root, ParseResult parsed) throws UsageError, CommandFailure, InterruptedException {
        var sub = parsed.subcommand();
        var chosen = sub == null ? parsed : sub;
        if (chosen.isUsageHelpRequested()) {
            chosen.commandSpec().commandLine().usage(terminal.out());
            return OK;
        }
        if (sub == null) {
            root.usage(terminal.err());
            return USAGE;
        }
        for (var command : commands) {
            if (command.spec().name().equals(sub.commandSpec().name())) {
                return command.run(sub, terminal);
            }
        }
        throw new UsageError("unknown command " + sub.commandSpec().name());
    }

    private int usageError(ParameterException e) {
        var command = e.getCommandLine().getCommandSpec().qualifiedName(" ");
        terminal.err().println("proconsul: " + String.valueOf(e.getMessage()).lines().findFirst().orElse("bad command line"));
        UnmatchedArgumentException.printSuggestions(e, new PrintWriter(terminal.err(), true));
        terminal.err().println("Try '" + command + " -help'.");
        return USAGE;
    }

    private CommandLine commandLine() {
        var spec = withHelp(CommandSpec.create().name("proconsul"));
        spec.usageMessage()
                .description("A Consul server's RPC port, and what speaks to it.")
                .footer("", "Options may be written with one dash or two. Exit codes: 0 done, 1 failed, 2 bad command line.");
        for (var command : commands) {
            spec.addSubcommand(command.spec().name(), withHelp(command.spec()));
        }
        var line = new CommandLine(spec);
        line.setPosixClusteredShortOptionsAllowed(false);
        line.setOptionsCaseInsensitive(false);
        line.setAbbreviatedOptionsAllowed(false);
        line.setUsageHelpAutoWidth(true);
        return line;
    }

    private static CommandSpec withHelp(CommandSpec spec) {
        if (spec.findOption("-help") == null) {
            spec.addOption(OptionSpec.builder("-h", "-help", "--help")
                    .usageHelp(true).type(boolean.class).description("Show this help.").build());
        }
        spec.usageMessage().sortOptions(false).abbreviateSynopsis(true);
        return spec;
    }
}
