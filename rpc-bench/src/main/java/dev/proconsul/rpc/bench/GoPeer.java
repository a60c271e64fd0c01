package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The program in `src/go`: built once, then started in one of its modes.
final class GoPeer {
    private final Path program;

    private GoPeer(Path program) {
        this.program = program;
    }

    /// Builds the program with `go build`, into `target`. Go fetches the two libraries it needs by its own settings.
    ///
    /// @param module directory of the module `rpc-bench`
    /// @return the program
    /// @throws IOException when Go is missing or cannot build; the message says what to do
    static GoPeer build(Path module) throws IOException, InterruptedException {
        var program = module.resolve("target/go/peer").toAbsolutePath();
        var build = new ProcessBuilder("go", "build", "-o", program.toString(), ".")
                .directory(module.resolve("src/go").toFile())
                .redirectErrorStream(true);
        build.environment().put("GOFLAGS", "-mod=mod -buildvcs=false");
        var process = start(build);
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        if (exitCode != 0) {
            throw new IOException("'go build' in rpc-bench/src/go failed with exit code " + exitCode + ":\n" + said);
        }
        return new GoPeer(program);
    }

    /// {@return the version of Go that builds the program, like `go1.26.0`}
    /// @param module directory of the module `rpc-bench`
    static String version(Path module) throws IOException, InterruptedException {
        var process = start(new ProcessBuilder("go", "env", "GOVERSION")
                .directory(module.resolve("src/go").toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT));
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        if (exitCode != 0) {
            throw new IOException("'go env GOVERSION' failed with exit code " + exitCode);
        }
        return said.strip();
    }

    private static Process start(ProcessBuilder build) throws IOException {
        try {
            return build.start();
        } catch (IOException e) {
            throw new IOException("'go' is not on the PATH; install Go 1.23 or newer (Debian 13: package golang-go)", e);
        }
    }

    /// {@return the command that starts a mode}
    List<String> command(String... modeAndArguments) {
        var command = new ArrayList<String>();
        command.add(program.toString());
        command.addAll(List.of(modeAndArguments));
        return command;
    }

    /// Starts a mode.
    Child start(String... modeAndArguments) throws IOException {
        return Child.start("peer " + modeAndArguments[0], command(modeAndArguments));
    }
}
