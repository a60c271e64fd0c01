import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Turns the schema files of a directory into Java sources: `java Generate.java SCHEMA_DIRECTORY OUTPUT_DIRECTORY`.
///
/// Files whose text would not change are left alone, so that an unchanged schema recompiles nothing.
final class Generate {
    private final Schema schema;
    private final Path directory;
    private final Set<Path> written = new HashSet<>();

    private Generate(Schema schema, Path directory) {
        this.schema = schema;
        this.directory = directory;
    }

    public static void main(String[] arguments) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(Path.of(arguments[0]))) {
            files = found.filter(file -> file.toString().endsWith(".structs")).sorted().toList();
        }
        Path directory = Path.of(arguments[1]).resolve(Source.PACKAGE.replace('.', '/'));
        new Generate(Schema.read(files), Files.createDirectories(directory)).run();
    }

    private void run() throws IOException {
        for (Schema.Struct struct : schema.structs.values()) {
            write(struct.name(), new RecordSource(schema, struct).file());
        }
        for (Schema.Named named : schema.named.values()) {
            write(named.name(), ServiceSource.named(named));
        }
        for (Schema.Service service : schema.services) {
            write(service.holder(), ServiceSource.service(service));
        }
        write("ConfigEntry", ServiceSource.entries(schema));
        write("Catalogue", ServiceSource.catalogue(schema));
        removeStale();
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name + ".java");
        if (!written.add(file)) {
            throw new IllegalStateException("two declarations need a Java type " + name);
        }
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }

    private void removeStale() throws IOException {
        List<Path> stale = new ArrayList<>();
        try (Stream<Path> found = Files.list(directory)) {
            found.filter(file -> !written.contains(file)).forEach(stale::add);
        }
        for (Path file : stale) {
            Files.delete(file);
        }
    }
}
