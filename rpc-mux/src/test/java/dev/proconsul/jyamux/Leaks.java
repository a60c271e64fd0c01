package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.proconsul.jyamux.internal.Inside;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// After every test: its sessions have ended, and have left no stream, no permit, no pooled buffer and no thread. The
/// threads are looked for in the whole process.
public final class Leaks implements AfterEachCallback {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern THREAD = Pattern.compile("\"name\": \"(jyamux-[^\"]*)\"");
    private static final List<Inside> SESSIONS = new ArrayList<>();

    /// Made by JUnit, for `@ExtendWith`.
    public Leaks() {}

    static synchronized void watch(Inside session) {
        SESSIONS.add(session);
    }

    private static synchronized List<Inside> watched() {
        List<Inside> all = List.copyOf(SESSIONS);
        SESSIONS.clear();
        return all;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        List<Inside> sessions = watched();
        if (context.getExecutionException().isPresent()) {
            sessions.forEach(one -> one.session().abort()); // its failure says enough
            return;
        }
        for (Inside one : sessions) {
            assertFalse(one.session().isOpen(), () -> one.session() + " was not closed");
            assertTrue(one.threadsEnd(PATIENCE), () -> "threads left of " + one.session());
            until(() -> one.session().openStreams() == 0, () -> one.session().openStreams() + " streams left");
            until(() -> one.pendingOpens() == 0, () -> one.pendingOpens() + " permits left");
            until(() -> one.buffersLent() == 0, () -> one.buffersLent() + " buffers are lent");
        }
        until(() -> threads().isEmpty(), () -> "threads left: " + threads());
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private interface Description {
        String text() throws IOException;
    }

    /// The application's threads may still be closing their streams.
    private static void until(Condition condition, Description otherwise) throws IOException {
        long limit = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < limit, otherwise.text());
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static List<String> threads() throws IOException {
        Path directory = Files.createTempDirectory("jyamux");
        Path dump = directory.resolve("threads.json");
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), ThreadDumpFormat.JSON);
            return THREAD.matcher(Files.readString(dump)).results().map(found -> found.group(1)).toList();
        } finally {
            Files.deleteIfExists(dump);
            Files.delete(directory);
        }
    }
}
