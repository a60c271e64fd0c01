import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.classfile.attribute.ModuleRequireInfo;
import java.lang.module.ModuleFinder;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/// Takes jars that are signed, which jlink refuses, and makes jars of them that are not. (Nothing checks these
/// signatures: Maven has compared the checksums of what it has downloaded, and the JDK does not ask Bouncy Castle for
/// algorithms here.) On the way their descriptors lose what only a class wants that nobody here uses: Bouncy Castle
/// requires `java.sql` for an LDAP helper, which would bring three more modules of the JDK into the image.
///
/// @param modulePath all jars of the program
/// @param work a directory of our own
record Unsigned(List<Path> modulePath, Path work) {
    /// They become `requires static`: at compile time only.
    private static final Set<String> NOT_NEEDED = Set.of("java.sql", "java.naming");
    private static final String DESCRIPTOR = "module-info.class";

    /// {@return the module path with unsigned jars in the place of signed ones}
    List<Path> jars() throws IOException {
        var path = new ArrayList<Path>();
        for (var jar : modulePath) {
            path.add(isSigned(jar) ? rewritten(jar) : jar);
        }
        return path;
    }

    private static boolean isSigned(Path path) throws IOException {
        try (var jar = new JarFile(path.toFile())) {
            return jar.stream().anyMatch(entry -> isSignature(entry.getName()));
        }
    }

    private static boolean isSignature(String name) {
        return name.startsWith("META-INF/") && name.matches(".*\\.(SF|RSA|DSA|EC)");
    }

    /// One version of each class, that of the JDK which links; in the same order and with the same time in every build.
    private Path rewritten(Path path) throws IOException {
        var module = ModuleFinder.of(path).findAll().iterator().next().descriptor().name();
        Files.createDirectories(work);
        var target = work.resolve(module + ".jar");
        try (var jar = new JarFile(path.toFile(), false, JarFile.OPEN_READ, Runtime.version());
                var out = new JarOutputStream(Files.newOutputStream(target))) {
            var entries = new TreeMap<String, byte[]>();
            for (var entry : jar.versionedStream().filter(entry -> !entry.isDirectory()).toList()) {
                var name = entry.getName();
                if (!name.startsWith("META-INF/") || name.contains("LICENSE")) {
                    try (var in = jar.getInputStream(entry)) {
                        entries.put(name, name.equals(DESCRIPTOR) ? relaxed(in.readAllBytes()) : in.readAllBytes());
                    }
                }
            }
            if (!entries.containsKey(DESCRIPTOR)) {
                throw new Image.Failure(path + " is signed and has no module-info.class");
            }
            for (var entry : entries.entrySet()) {
                var zipped = new ZipEntry(entry.getKey());
                zipped.setTime(0);
                out.putNextEntry(zipped);
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
        return target;
    }

    private static byte[] relaxed(byte[] descriptor) {
        var file = ClassFile.of();
        return file.transformClass(file.parse(descriptor), ClassTransform.ofStateful(() -> (builder, element) -> {
            if (element instanceof ModuleAttribute module) {
                builder.with(ModuleAttribute.of(module.moduleName(), changed -> {
                    module.moduleVersion().ifPresent(version -> changed.moduleVersion(version.stringValue()));
                    module.requires().stream().map(Unsigned::relaxed).forEach(changed::requires);
                    module.exports().forEach(changed::exports);
                    module.opens().forEach(changed::opens);
                    module.uses().forEach(changed::uses);
                    module.provides().forEach(changed::provides);
                }));
            } else {
                builder.with(element);
            }
        }));
    }

    private static ModuleRequireInfo relaxed(ModuleRequireInfo requires) {
        if (!NOT_NEEDED.contains(requires.requires().name().stringValue())) {
            return requires;
        }
        int flags = (requires.requiresFlagsMask() | AccessFlag.STATIC_PHASE.mask()) & ~AccessFlag.TRANSITIVE.mask();
        return ModuleRequireInfo.of(requires.requires(), flags, requires.requiresVersion().orElse(null));
    }
}
