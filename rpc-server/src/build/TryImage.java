import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Runs the linked image as a user would and prints its two figures: size on disk, and time from process start to the
/// first accepted connection. The build runs this file after `Image.java`, with the same JDK.
///
/// Every run starts the launcher with an empty `PATH`, no `JAVA_HOME` and no configuration: the image must need nothing
/// around it.
///
/// @param image the linked image
/// @param work a directory of our own, for symlinks
/// @param mebibytes how large the image may be, the start-up cache not counted
/// @param seconds how long a start may take, on a machine that is busy with other things
record TryImage(Path image, Path work, long mebibytes, long seconds) {
    private static final int RUNS = 5;
    private static final long STOP_SECONDS = 5;
    private static final long GRPC_SECONDS = 20;
    private static final long BLOCK = 4096;
    private static final double MIB = 1024 * 1024;
    private static final Pattern LISTENING = Pattern.compile("listening on \\S*?([0-9.]+):(\\d+)");
    private static final Pattern WARNING = Pattern.compile("\\[(warning|error) *]|WARNING:|VM warning:");

    public static void main(String... args) throws Exception {
        try {
            var trial = new TryImage(Path.of(args[0]), Path.of(args[1]), Long.parseLong(args[2]),
                    Long.parseLong(args[3]));
            trial.run();
        } catch (Failure e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private void run() throws IOException, InterruptedException {
        var cache = image.resolve("lib/proconsul.aot");
        var size = sizeOnDisk(image, cache);
        var linked = linkedLauncher();
        var millis = new ArrayList<Double>();
        for (var i = 0; i < RUNS; i++) {
            millis.add(startAndStop(linked, ""));
        }
        startAndStop(launcherWithoutCache(), "");
        millis.sort(Comparator.naturalOrder());
        System.out.printf(Locale.ROOT,
                "image: %.1f MiB on disk (+ %.1f MiB start-up cache), accepts after %.0f ms (median of %d)%n",
                size / MIB, Files.size(cache) / MIB, millis.get(RUNS / 2), RUNS);
        if (size > mebibytes * MIB) {
            throw new Failure("larger than " + mebibytes + " MiB; see the limit in rpc-server/pom.xml");
        }
    }

    /// What `du` counts: whole blocks.
    private static long sizeOnDisk(Path image, Path without) throws IOException {
        try (var files = Files.walk(image)) {
            var blocks = 0L;
            for (var file : files.filter(file -> !file.equals(without)).toList()) {
                blocks += (Files.size(file) + BLOCK - 1) / BLOCK;
            }
            return blocks * BLOCK;
        }
    }

    /// A link to a relative link to the launcher, as package managers and users make them.
    private Path linkedLauncher() throws IOException {
        var near = Files.createDirectories(work.resolve("links")).resolve("proconsul-linked");
        var far = work.resolve("proconsul");
        Files.deleteIfExists(near);
        Files.deleteIfExists(far);
        Files.createSymbolicLink(near, near.getParent().toRealPath().relativize(
                image.toRealPath().resolve("bin/proconsul")));
        return Files.createSymbolicLink(far, work.relativize(near));
    }

    /// The same image seen from a directory without `lib/proconsul.aot`: the cache is a help, not a need.
    private Path launcherWithoutCache() throws IOException {
        var bin = Files.createDirectories(work.resolve("without-cache/bin"));
        var java = bin.resolve("java");
        Files.deleteIfExists(java);
        Files.createSymbolicLink(java, image.toRealPath().resolve("bin/java"));
        return Files.copy(image.resolve("bin/proconsul"), bin.resolve("proconsul"),
                StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }

    /// Starts the development server, connects, stops it with SIGTERM.
    ///
    /// @return milliseconds from before the process is made until a connection is open
    private double startAndStop(Path launcher, String javaOptions) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(launcher.toString(), "agent", "-dev", "-server-port", "0");
        builder.environment().clear();
        builder.environment().put("PATH", "");
        builder.environment().put("PROCONSUL_JAVA_OPTS", javaOptions);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        var begin = System.nanoTime();
        var process = builder.start();
        // Whatever hangs below then reads the end of the pipe.
        var guard = Thread.ofVirtual().start(() -> killAfter(process, seconds + GRPC_SECONDS + STOP_SECONDS));
        try (var stderr = process.errorReader()) {
            var said = new ArrayList<String>();
            var port = awaitPort(process, stderr, said);
            try (var connection = new Socket()) {
                connection.connect(port, (int) TimeUnit.SECONDS.toMillis(seconds));
            }
            var millis = millisSince(begin);
            requireGrpc(port);
            stop(process, stderr, said);
            if (millis > TimeUnit.SECONDS.toMillis(seconds)) {
                throw new Failure("accepts only after " + Math.round(millis) + " ms, said: " + said);
            }
            return millis;
        } finally {
            guard.interrupt();
            process.destroyForcibly();
        }
    }

    /// gRPC loads at its first connection only: what is missing in the image shows here.
    private void requireGrpc(InetSocketAddress port) throws IOException {
        if (!new GrpcHealth(port, (int) TimeUnit.SECONDS.toMillis(GRPC_SECONDS)).serving()) {
            throw new Failure("gRPC does not answer that the server is healthy");
        }
    }

    private static InetSocketAddress awaitPort(Process process, BufferedReader stderr, List<String> said)
            throws IOException, InterruptedException {
        for (var line = stderr.readLine(); line != null; line = stderr.readLine()) {
            said.add(line);
            var found = LISTENING.matcher(line);
            if (found.find()) {
                return new InetSocketAddress(found.group(1), Integer.parseInt(found.group(2)));
            }
        }
        throw new Failure("ended with " + process.waitFor()
                + " before it said `listening on ADDRESS:PORT`, but said: " + said);
    }

    private static void stop(Process process, BufferedReader stderr, List<String> said) throws InterruptedException {
        var begin = System.nanoTime();
        process.toHandle().destroy(); // SIGTERM; Process.destroy would also close the pipe that we still read
        stderr.lines().forEach(said::add);
        var code = process.waitFor();
        if (code != 0 || millisSince(begin) > TimeUnit.SECONDS.toMillis(STOP_SECONDS)) {
            throw new Failure("SIGTERM: expected exit code 0 within %d s, got %d after %.1f s, said: %s"
                    .formatted(STOP_SECONDS, code, millisSince(begin) / 1e3, said));
        }
        var warnings = said.stream().filter(WARNING.asPredicate()).toList();
        if (!warnings.isEmpty()) {
            throw new Failure("the Java machine warns: " + warnings);
        }
    }

    private static double millisSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e6;
    }

    private static void killAfter(Process process, long seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server has ended, nobody needs the guard any more
        }
    }

    /// Ends the build with one line.
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super("image: " + message);
        }
    }
}
