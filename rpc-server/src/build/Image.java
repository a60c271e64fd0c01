import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/// Links the runtime image, puts the launcher into it and makes its start-up cache.
///
/// The build runs this file as it is with the JDK that also compiles the project, whatever Java started Maven.
/// It needs nothing but that JDK. `docs/image.md` says what comes out.
///
/// @param target where the image goes; what was there is deleted first
/// @param modulePath all jars of the program, its own included
/// @param roots the modules that must be in; what they require comes with them
/// @param options what every `java` of this image is started with, see `jlink --add-options`
/// @param launcher the script for `bin/`
/// @param training `module/class` of a program that does once what matters at start, and ends with 0
/// @param license the text that goes along with every copy
record Image(Path target, List<Path> modulePath, String roots, String options, Path launcher, String training,
        Path license) {
    /// Nothing else of what jlink puts into `bin/` is needed to run the program.
    private static final String JAVA = "java";

    private static final int TRAINING_SECONDS = 120;

    private static final Pattern WARNING = Pattern.compile("\\[(warning|error) *]|WARNING:|VM warning:");

    public static void main(String... args) throws Exception {
        try {
            build(args);
        } catch (Failure e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static void build(String... args) throws IOException, InterruptedException {
        if (args.length != 8) {
            throw new Failure("expected TARGET MODULE-PATH DESCRIPTORS ROOTS OPTIONS LAUNCHER TRAINING LICENSE, got "
                    + List.of(args));
        }
        var unsigned = Path.of(args[0] + "-unsigned");
        deleteTree(unsigned);
        var path = new Unsigned(modulePath(args[1]), unsigned).jars();
        var descriptors = Path.of(args[2]);
        var work = Path.of(args[0] + "-modules");
        deleteTree(work);
        var described = new Descriptors(path, descriptors, work).described();
        var image = new Image(Path.of(args[0]), described, args[3], args[4], Path.of(args[5]), args[6],
                Path.of(args[7]));
        image.refuseNativeAccess();
        deleteTree(image.target);
        image.link();
        image.installFiles();
        image.train();
    }

    /// `jar:jar:@file` as a list, where `@file` holds more of the same.
    private static List<Path> modulePath(String text) throws IOException {
        var jars = new ArrayList<Path>();
        for (var part : text.split(File.pathSeparator)) {
            if (part.startsWith("@")) {
                jars.addAll(modulePath(Files.readString(Path.of(part.substring(1))).strip()));
            } else if (!part.isEmpty()) {
                jars.add(Path.of(part));
            }
        }
        return jars;
    }

    /// The image starts with `--illegal-native-access=deny`; this finds at build time what would fail then.
    private void refuseNativeAccess() {
        var found = new StringWriter();
        var complaints = new StringWriter();
        var code = tool("jnativescan").run(new PrintWriter(found, true), new PrintWriter(complaints, true),
                "--module-path", joinedPath(), "--add-modules", roots, "--print-native-access");
        if (code != 0 || !found.toString().isBlank()) {
            throw new Failure("expected no module with native code, found: " + found.toString().strip() + complaints);
        }
    }

    private void link() {
        var code = tool("jlink").run(System.out, System.err,
                "--module-path", joinedPath(),
                "--add-modules", roots,
                "--add-options=" + options,
                "--no-header-files", "--no-man-pages", "--compress=zip-6",
                // Names the Java that started Maven: the image shall not depend on it.
                "--exclude-resources=**/META-INF/MANIFEST.MF",
                "--output", target.toString());
        if (code != 0) {
            throw new Failure("jlink ended with " + code);
        }
    }

    private String joinedPath() {
        return String.join(File.pathSeparator, modulePath.stream().map(Path::toString).toList());
    }

    static ToolProvider tool(String name) {
        return ToolProvider.findFirst(name)
                .orElseThrow(() -> new Failure("no " + name + " in " + System.getProperty("java.home")));
    }

    private void installFiles() throws IOException {
        var bin = target.resolve("bin");
        try (var files = Files.list(bin)) {
            for (var file : files.filter(file -> !file.endsWith(JAVA)).toList()) {
                Files.delete(file);
            }
        }
        var installed = bin.resolve(launcher.getFileName());
        Files.copy(launcher, installed, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(installed, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.copy(license, target.resolve(license.getFileName()));
    }

    /// The image runs the training program once; the JVM writes down what it loaded and profiled.
    ///
    /// Without ahead-of-time linking: a cache with linked classes is put aside as a whole when the JVM starts with
    /// `--illegal-native-access=deny`, because that option rules out the archived module graph which linking builds on.
    private void train() throws IOException, InterruptedException {
        var cache = target.resolve("lib").resolve(launcher.getFileName() + ".aot");
        var log = target.resolveSibling("training.log");
        var training = new ProcessBuilder(target.resolve("bin").resolve(JAVA).toString(),
                "-XX:-AOTClassLinking", "-XX:AOTCacheOutput=" + cache, "-m", this.training);
        training.environment().clear();
        var process = training.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        process.getOutputStream().close();
        if (!process.waitFor(TRAINING_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new Failure(this.training + " did not end within " + TRAINING_SECONDS + " s, see " + log);
        }
        if (process.exitValue() != 0 || !Files.isRegularFile(cache)) {
            throw new Failure(this.training + " ended with " + process.exitValue() + ", see " + log);
        }
        var warnings = Files.readAllLines(log).stream().filter(WARNING.asPredicate()).toList();
        if (!warnings.isEmpty()) {
            throw new Failure("warnings while the start-up cache was made: " + warnings);
        }
    }

    static void deleteTree(Path root) throws IOException {
        if (Files.exists(root)) {
            try (var files = Files.walk(root)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /// Ends the build with one line.
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super("image: " + message);
        }
    }
}
