package dev.proconsul.rpc.server.internal.cli;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

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
        this(terminal, Surroundings.OF_PROCESS);
    }

    CommandLineTool(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.commands = List.of(new AgentCommand(surroundings), new CallCommand(), new WatchCommand(),
                new MembersCommand(), new SnapshotCommand(), new TlsCommand(InstantSource.system()),
                new GrpcProxyCommand(surroundings), new RoutesCommand(), new VersionCommand());
    }

    /// Runs a command.
    ///
    /// @param args the command line, without the name of the program
    /// @return exit code, or [#STILL_RUNNING]
    public int run(String... args) {
        var root = commandLine();
        try {
            return dispatch(root, root.parseArgs(plain(args)));
        } catch (ParameterException e) {
            say(Mistakes.explain(e));
            terminal.err().println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName(" ") + " -help'.");
            return USAGE;
        } catch (UsageError e) {
            say(String.valueOf(e.getMessage()));
            return USAGE;
        } catch (CommandFailure e) {
            say(String.valueOf(e.getMessage()));
            return FAILED;
        } catch (InterruptedException e) {
            return FAILED;
        } finally {
            terminal.out().flush();
            terminal.err().flush();
        }
    }

    private void say(String message) {
        terminal.err().println("proconsul: " + message);
    }

    /// `help call` is `call -help`, and `-version` is `version`. An unknown command stays alone, so that it is told.
    private String[] plain(String... args) {
        if (args.length == 0) {
            return args;
        }
        return switch (args[0]) {
            case "help" -> args.length == 1 ? new String[] {"-help"} : helpOf(args[1]);
            case "-version", "--version" -> new String[] {"version"};
            default -> args;
        };
    }

    private String[] helpOf(String name) {
        boolean known = commands.stream().anyMatch(command -> command.spec().name().equals(name));
        return known ? new String[] {name, "-help"} : new String[] {name};
    }

    private int dispatch(CommandLine root, ParseResult parsed) throws UsageError, CommandFailure, InterruptedException {
        var sub = Optional.ofNullable(parsed.subcommand());
        var chosen = sub.orElse(parsed);
        if (chosen.isUsageHelpRequested()) {
            chosen.commandSpec().commandLine().usage(terminal.out());
            return OK;
        }
        if (sub.isEmpty()) {
            root.usage(terminal.err());
            return USAGE;
        }
        var name = chosen.commandSpec().name();
        for (var command : commands) {
            if (command.spec().name().equals(name)) {
                return command.run(chosen, terminal);
            }
        }
        throw new UsageError(Mistakes.unknownCommand(name, root));
    }

    private CommandLine commandLine() {
        var spec = Help.option(CommandSpec.create().name("proconsul"));
        Help.of(spec, "Proconsul: a Consul server's RPC port, and what speaks to it.",
                "'proconsul help COMMAND' tells more about a command. Options may be written with one dash or two. "
                        + "Exit codes: 0 done, 1 failed, 2 a command line that cannot be followed.",
                "proconsul agent -dev",
                "proconsul call Status.Leader");
        for (var command : commands) {
            spec.addSubcommand(command.spec().name(), Help.option(command.spec()));
        }
        return new CommandLine(spec)
                .setPosixClusteredShortOptionsAllowed(false)
                .setExpandAtFiles(false) // @FILE is for 'call' to read
                .setInterpolateVariables(false)
                .setUsageHelpWidth(100);
    }
}
