package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallOptions;
import dev.proconsul.rpc.structs.SnapshotArchive;
import dev.proconsul.rpc.structs.SnapshotMeta;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `proconsul snapshot`: saves the state of a datacenter to a file, restores it, and shows what a file holds.
final class SnapshotCommand implements Command {
    private static final String DEFAULT_DATACENTER = "dc1";

    private final CommandSpec spec = CommandSpec.create().name("snapshot");

    SnapshotCommand() {
        Help.of(spec, "Save, restore or inspect a snapshot of the whole state.",
                "The files are those of 'consul snapshot'. 'save' writes FILE only when the snapshot is whole and its "
                        + "checksums are right. 'restore' checks FILE first, and then replaces the state of the whole "
                        + "datacenter. 'inspect' asks no server.",
                "proconsul snapshot save backup.snap",
                "proconsul snapshot inspect -format json backup.snap",
                "proconsul snapshot restore -server 10.0.0.1:8300 backup.snap");
        ConnectionOptions.declare(spec);
        Options.text(spec, "format", "FORMAT", "What inspect prints: text (default) or json.");
        Options.parameter(spec, "1", "save|restore|inspect", "What to do.");
        Options.parameter(spec, "1", "FILE", "The snapshot.");
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult args, Terminal terminal) throws UsageError, CommandFailure, InterruptedException {
        var action = args.matchedPositionalValue(0, "");
        var file = file(args.matchedPositionalValue(1, ""));
        switch (action) {
            case "save" -> save(args, file, terminal);
            case "restore" -> restore(args, file, terminal);
            case "inspect" -> inspect(args, file, terminal);
            default -> throw new UsageError("snapshot can save, restore or inspect, not '" + action + "'");
        }
        terminal.checkWritten();
        return CommandLineTool.OK;
    }

    private static Path file(String name) throws UsageError {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new UsageError("'" + name + "' is no file name: " + e.getReason());
        }
    }

    private static void save(ParseResult args, Path file, Terminal terminal)
            throws UsageError, CommandFailure, InterruptedException {
        var options = options(args);
        try (var client = ConnectionOptions.connect(args);
                var target = NewFile.beside(file);
                var saving = client.snapshots().with(options).save()) {
            try (var archive = new Progress("saving", saving.archive(), terminal.err())) {
                archive.transferTo(target.output());
            }
            target.sync();
            var meta = verify(target.path());
            target.replace();
            terminal.out().println("saved index " + meta.index() + " to " + file + ", " + Files.size(file)
                    + " bytes, checked");
        } catch (CallException e) {
            throw failure(e, options);
        } catch (IOException e) {
            throw new CommandFailure("cannot save to " + file + ": " + reason(e));
        }
    }

    private static void restore(ParseResult args, Path file, Terminal terminal)
            throws UsageError, CommandFailure, InterruptedException {
        var options = options(args);
        try {
            var meta = verify(file);
            try (var client = ConnectionOptions.connect(args);
                    var archive = new Progress("restoring", Files.newInputStream(file), terminal.err())) {
                client.snapshots().with(options).restore(archive);
            }
            terminal.out().println("restored index " + meta.index() + " from " + file);
        } catch (CallException e) {
            throw failure(e, options);
        } catch (IOException e) {
            throw new CommandFailure("cannot restore " + file + ": " + reason(e));
        }
    }

    private static void inspect(ParseResult args, Path file, Terminal terminal) throws UsageError, CommandFailure {
        var format = Options.text(args, "format").orElse("text");
        if (!format.equals("text") && !format.equals("json")) {
            throw Options.expected("format", format, "text or json");
        }
        try (var archive = open(file)) {
            var inspection = Inspection.of(archive);
            terminal.out().print(format.equals("text") ? inspection.text() : JsonText.print(inspection.json()) + "\n");
        } catch (IOException e) {
            throw new CommandFailure("cannot inspect " + file + ": " + reason(e));
        }
    }

    private static InputStream open(Path file) throws IOException {
        return new BufferedInputStream(Files.newInputStream(file));
    }

    private static SnapshotMeta verify(Path file) throws IOException {
        try (var archive = open(file)) {
            return SnapshotArchive.read(archive, SnapshotArchive.LONGEST_STATE, _ -> {});
        }
    }

    /// The server wants its datacenter named, and there is no asking it for the name.
    private static CallOptions options(ParseResult args) throws UsageError {
        var options = ConnectionOptions.callOptions(args);
        return options.datacenter().isEmpty() ? options.withDatacenter(DEFAULT_DATACENTER) : options;
    }

    private static CommandFailure failure(CallException e, CallOptions options) {
        if (!(e instanceof CallException.Refused refused)) {
            return new CommandFailure(e.getMessage());
        }
        var hint = e.getMessage().equals("No path to datacenter")
                ? "; it is not of datacenter " + options.datacenter() + ", name its own with -datacenter" : "";
        return new CommandFailure(refused.where() + ": the server says: " + e.getMessage() + hint);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing when missing.getReason() == null -> "there is no such file or directory";
            default -> String.valueOf(e.getMessage());
        };
    }
}
