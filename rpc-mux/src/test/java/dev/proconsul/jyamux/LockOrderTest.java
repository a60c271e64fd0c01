package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MediaType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/// The order of locks, read from the class files of the whole module, so that no path is left to chance. [LockOrder]
/// says what counts, [CallGraph] what is followed, [LockSamples] what would be found.
class LockOrderTest {
    /// What is taken again by who holds it, as the code itself shows, and why it is.
    private static final Map<String, String> AGAIN = Map.of(
            "Completions (monitor) -> Completions (monitor) (in Completions.input, by Completions.settle)",
            "who asks late is told by the method that tells those who asked before",
            "Completions (monitor) -> Completions (monitor) (in Completions.output, by Completions.settle)",
            "as with the input",
            "Pings.lock -> Pings.lock (in Pings.measure, by Pings.send)",
            "a measurement is a ping like others");

    /// What is the same lock, though it takes a look at the objects to see it, and why.
    private static final Map<String, String> AGAIN_BY_DESIGN = Map.of(
            "OpenGate.lock -> OpenGate.lock (in OpenGate.open, by OpenGate.permitReturned)",
            "a session has one gate, and what the gate starts is a stream of that session; if the session has ended"
                    + " meanwhile, the stream ends at once and gives its permit back",
            "OpenGate.lock -> OpenGate.lock (in OpenGate.open, by OpenGate.gone)",
            "likewise, and its place");

    @Test
    @DisplayName("C02, B05: over all paths of the module, locks are taken in one order, and none is held during I/O")
    void oneOrder(TestReporter reporter) throws Exception {
        LockOrder found = new LockOrder(mainClasses(), Session.class.getClassLoader());
        reporter.publishFile("lock-order.txt", MediaType.TEXT_PLAIN_UTF_8, file -> Files.write(file, found.order()));
        assertEquals(Set.of(), found.faults(), "what the analysis cannot answer for");
        assertEquals(lines(AGAIN_BY_DESIGN.keySet()), lines(found.cycles()), "cycles; only these must be there, all");
        assertEquals(lines(AGAIN.keySet()), lines(found.takenAgain()), "taken again; only these must be there, all");
        assertEquals(Set.of(), found.duringIo(), "held during I/O");
    }

    private static String lines(Set<String> of) {
        return of.stream().sorted().collect(Collectors.joining("\n"));
    }

    private static List<byte[]> mainClasses() throws IOException, URISyntaxException {
        Path place = Path.of(Session.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(place)) {
            return classesBelow(place);
        }
        try (FileSystem jar = FileSystems.newFileSystem(place)) {
            return classesBelow(jar.getPath("/"));
        }
    }

    private static List<byte[]> classesBelow(Path place) throws IOException {
        List<byte[]> files = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(place)) {
            for (Path path : paths.filter(LockOrderTest::isClass).sorted().toList()) {
                files.add(Files.readAllBytes(path));
            }
        }
        return files;
    }

    private static boolean isClass(Path path) {
        return path.toString().endsWith(".class") && !path.endsWith("module-info.class");
    }

    @Test
    @DisplayName("Two locks that are taken in both orders are found, and named with the places")
    void findsAnInversion() throws Exception {
        LockOrder found = order(LockSamples.Inverted.Left.class, LockSamples.Inverted.Right.class);
        String left = "LockSamples$Inverted$Left";
        String right = "LockSamples$Inverted$Right";
        assertEquals(Set.of(left + ".lock -> " + right + ".guard (monitor) (in " + left + ".both, by " + right
                + ".touch) -> " + left + ".lock (in " + right + ".both, by " + left + ".touch)"), found.cycles());
        assertEquals(Set.of(), found.faults());
    }

    @Test
    @DisplayName("Two locks that are taken in one order are no cycle")
    void findsAnOrder() throws Exception {
        LockOrder found = order(LockSamples.Ordered.Left.class, LockSamples.Ordered.Right.class);
        assertEquals(Set.of("LockSamples$Ordered$Left.lock -> LockSamples$Ordered$Right (monitor)"), found.order());
        assertEquals(Set.of(), found.cycles());
        assertEquals(Set.of(), found.faults());
    }

    @Test
    @DisplayName("The way back may lead through a lambda in a field")
    void followsLambdas() throws Exception {
        LockOrder found = order(LockSamples.Told.class, LockSamples.Told.Teller.class);
        String told = "LockSamples$Told";
        assertEquals(Set.of(
                told + "$Teller (monitor) -> " + told + ".lock (in " + told + "$Teller.tell, by " + told + ".told) -> "
                        + told + "$Teller (monitor) (in " + told + ".tell, by " + told + "$Teller.tell)",
                told + ".lock -> " + told + ".lock (in " + told + ".tell, by " + told + ".told)"), found.cycles());
    }

    @Test
    @DisplayName("The monitors of two objects of one class are a cycle, that of one object taken twice is none")
    void tellsObjectsApart() throws Exception {
        LockOrder found = order(LockSamples.Account.class);
        String monitor = "LockSamples$Account (monitor)";
        assertEquals(Set.of(monitor + " -> " + monitor
                + " (in LockSamples$Account.give, by LockSamples$Account.take)"), found.cycles());
        assertEquals(Set.of(monitor + " -> " + monitor
                + " (in LockSamples$Account.twice, by LockSamples$Account.take)"), found.takenAgain());
    }

    @Test
    @DisplayName("Who waits takes the lock of the condition again, behind what is held")
    void countsWaiting() throws Exception {
        String waiting = "LockSamples$Waiting";
        assertEquals(Set.of(waiting + ".inner -> " + waiting + ".outer (in " + waiting + ".awaitWithBoth) -> "
                + waiting + ".inner (in " + waiting + ".awaitWithBoth)"), order(LockSamples.Waiting.class).cycles());
        LockOrder patient = order(LockSamples.Patient.class);
        assertEquals(Set.of(), patient.cycles());
        assertEquals(Set.of(), patient.faults());
    }

    @Test
    @DisplayName("I/O under a lock is found, and a lock that is left taken")
    void findsCarelessness() throws Exception {
        LockOrder found = order(LockSamples.Careless.class);
        assertEquals(Set.of("LockSamples$Careless (monitor)"), found.duringIo());
        assertEquals(Set.of("LockSamples$Careless.forget ends with [LockSamples$Careless.lock] taken and [] released"),
                found.faults());
    }

    private static LockOrder order(Class<?>... samples) throws IOException, ClassNotFoundException {
        List<byte[]> files = new ArrayList<>();
        for (Class<?> sample : samples) {
            String file = sample.getName().substring(sample.getPackageName().length() + 1) + ".class";
            try (var in = Objects.requireNonNull(sample.getResourceAsStream(file))) {
                files.add(in.readAllBytes());
            }
        }
        return new LockOrder(files, LockSamples.class.getClassLoader());
    }
}
