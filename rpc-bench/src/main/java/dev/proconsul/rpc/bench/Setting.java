package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/// When, where and how a run took place.
///
/// @param date       of today, in UTC
/// @param processor  its model
/// @param processors how many
/// @param jdk        version
/// @param go         version
/// @param quick      whether it was a quick one, which understates ours
record Setting(LocalDate date, String processor, int processors, String jdk, String go, boolean quick) {
    /// {@return that of this run}
    /// @param module directory of this module
    static Setting now(Path module, boolean quick) throws IOException, InterruptedException {
        return new Setting(LocalDate.now(ZoneOffset.UTC),
                Machine.processor(), Runtime.getRuntime().availableProcessors(),
                Runtime.version().toString(), GoPeer.version(module), quick);
    }

    /// {@return why a run of that setting does not compare with one of this, and what to do; empty when it does}
    Optional<String> obstacle(Setting now) {
        if (!machine().equals(now.machine())) {
            return Optional.of("accepted on another machine (" + machine() + "; this is " + now.machine()
                    + "): run the gate there, or run with --accept here");
        }
        if (quick != now.quick) {
            return Optional.of(quick ? "accepted with --quick: run with --quick, or --accept a full run"
                    : "accepted in a full run: run without --quick");
        }
        return Optional.empty();
    }

    private String machine() {
        return processor + ", " + processors + " processors";
    }

    /// {@return the versions, which may explain a difference but do not prevent comparing}
    String versions() {
        return "JDK " + jdk + ", " + go;
    }
}
