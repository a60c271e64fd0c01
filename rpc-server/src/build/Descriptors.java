import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/// Gives a descriptor to jars that have none. An automatic module reads everything and says nothing: jlink cannot link
/// it, and we would not want it to. So each gets the descriptor that its authors could have written.
///
/// The descriptors are source files, compiled together by javac against the jars themselves with all warnings as errors:
/// a package that is not there, a provider that is none, or a module that is missing ends the build.
///
/// @param modulePath all jars of the program
/// @param sources a directory with `MODULE/module-info.java` for each jar that needs one
/// @param work a directory of our own
record Descriptors(List<Path> modulePath, Path sources, Path work) {
    private static final String DESCRIPTOR = "module-info.class";

    /// {@return the module path with described jars in the place of those without descriptor}
    List<Path> described() throws IOException {
        var automatic = new TreeMap<String, ModuleReference>();
        var path = new ArrayList<Path>();
        for (var jar : modulePath) {
            var module = ModuleFinder.of(jar).findAll().iterator().next();
            if (module.descriptor().isAutomatic()) {
                automatic.put(module.descriptor().name(), module);
            } else {
                path.add(jar);
            }
        }
        requireSources(automatic);
        var classes = Files.createDirectories(work.resolve("classes"));
        compile(automatic, path, classes);
        for (var module : automatic.entrySet()) {
            var jar = work.resolve(module.getKey() + ".jar");
            rewrite(locationOf(module.getValue()), classes.resolve(module.getKey()).resolve(DESCRIPTOR), jar);
            path.add(jar);
        }
        return path;
    }

    private void requireSources(TreeMap<String, ModuleReference> automatic) throws IOException {
        var without = automatic.entrySet().stream()
                .filter(module -> !Files.isRegularFile(sources.resolve(module.getKey()).resolve("module-info.java")))
                .map(module -> module.getKey() + " (" + locationOf(module.getValue()) + ")")
                .toList();
        if (!without.isEmpty()) {
            throw new Image.Failure("jars without a module-info.class, and none for them in " + sources + ": " + without);
        }
        try (var files = Files.list(sources)) {
            var unused = files.map(file -> file.getFileName().toString())
                    .filter(name -> !automatic.containsKey(name)).toList();
            if (!unused.isEmpty()) {
                throw new Image.Failure("descriptors that no jar needs: " + unused);
            }
        }
    }

    private static Path locationOf(ModuleReference module) {
        return Path.of(module.location().orElseThrow());
    }

    private void compile(TreeMap<String, ModuleReference> automatic, List<Path> path, Path classes) {
        if (automatic.isEmpty()) {
            return;
        }
        var arguments = new ArrayList<>(List.of("-Xlint:all", "-Werror", "-proc:none", "-d", classes.toString(),
                "--module-source-path", sources.toString(),
                "--module-path", String.join(File.pathSeparator, path.stream().map(Path::toString).toList())));
        automatic.forEach((name, module) ->
                arguments.addAll(List.of("--patch-module", name + "=" + locationOf(module))));
        arguments.add("--module");
        arguments.add(String.join(",", automatic.keySet()));
        var said = new StringWriter();
        var writer = new PrintWriter(said, true);
        if (Image.tool("javac").run(writer, writer, arguments.toArray(String[]::new)) != 0) {
            throw new Image.Failure("the descriptors in " + sources + " do not fit their jars:\n" + said);
        }
    }

    /// The entries of a jar and its descriptor, in the same order and with the same time in every build.
    private static void rewrite(Path from, Path descriptor, Path to) throws IOException {
        try (var jar = new JarFile(from.toFile());
                var out = new JarOutputStream(Files.newOutputStream(to))) {
            add(out, DESCRIPTOR, Files.readAllBytes(descriptor));
            var names = new ArrayList<String>();
            jar.stream().filter(entry -> !entry.isDirectory()).forEach(entry -> names.add(entry.getName()));
            names.sort(null);
            for (var name : names) {
                try (var in = jar.getInputStream(jar.getEntry(name))) {
                    add(out, name, in.readAllBytes());
                }
            }
        }
    }

    private static void add(JarOutputStream out, String name, byte[] bytes) throws IOException {
        var entry = new ZipEntry(name);
        entry.setTime(0);
        out.putNextEntry(entry);
        ((OutputStream) out).write(bytes);
        out.closeEntry();
    }
}
