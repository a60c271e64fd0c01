package dev.proconsul.rpc.bench.codec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Consul's codec, measured by the program in `src/go-codec`.
final class GoCodec {
    static final String NAME = "go-msgpack";

    private final Path directory;

    private GoCodec(Path directory) {
        this.directory = directory;
    }

    /// Builds the program. Go fetches the library by its own settings.
    static GoCodec build(Path module) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(module.resolve("target/codec").toAbsolutePath());
        var build = new ProcessBuilder("go", "build", "-o", directory.resolve("go-codec").toString(), ".")
                .directory(module.resolve("src/go-codec").toFile());
        build.environment().put("GOFLAGS", "-mod=mod -buildvcs=false");
        run(build);
        return new GoCodec(directory);
    }

    List<Measured> measure(String struct, int rounds, int millis) throws IOException, InterruptedException {
        Path input = directory.resolve(struct + ".msgpack");
        Files.write(input, Subject.named(struct).bytes());
        String program = directory.resolve("go-codec").toString();
        var measured = new ArrayList<Measured>();
        var command = new ProcessBuilder(program, struct, input.toString(), "" + rounds, "" + millis);
        for (String line : run(command).lines().toList()) {
            String[] words = line.split(" ");
            double nanos = Double.parseDouble(words[1]);
            measured.add(new Measured(struct, words[0], NAME, nanos, Double.parseDouble(words[2])));
        }
        return measured;
    }

    private static String run(ProcessBuilder command) throws IOException, InterruptedException {
        var process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command.command()) + " failed with exit code "
                    + process.exitValue());
        }
        return said;
    }
}
