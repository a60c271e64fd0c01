package dev.proconsul.rpc.bench.codec;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The results of all contenders, for people and for programs.
///
/// @param all what was measured
record Report(List<Measured> all) {
    static final String OURS = "ours";

    Report {
        all = List.copyOf(all);
    }

    /// {@return a table, one line for each operation and contender}
    String table() {
        var text = new StringBuilder(format("%-26s %-8s %-12s %12s %12s %12s %12s%n",
                "struct", "", "", "ops/s", "ns/op", "B/op", "ours is"));
        for (Measured m : all) {
            text.append(format("%-26s %-8s %-12s %,12.0f %,12.0f %,12.0f %12s%n", m.struct(), m.operation(),
                    m.contender(), m.perSecond(), m.nanos(), m.allocated(),
                    isOurs(m) ? "" : format("%.2f times", ratio(m))));
        }
        return text.toString();
    }

    /// {@return the same on one line}
    String json() {
        return "{\"scenario\":\"codec\",\"ratio\":{"
                + all.stream().filter(m -> !isOurs(m)).map(m -> format("\"%s\":%.3f", key(m), ratio(m)))
                        .collect(Collectors.joining(","))
                + "},\"measured\":{"
                + all.stream().map(m -> format("\"%s\":{\"rate\":%.1f,\"ns\":%.1f,\"allocated\":%.1f}", key(m),
                        m.perSecond(), m.nanos(), m.allocated())).collect(Collectors.joining(","))
                + "}}";
    }

    private static boolean isOurs(Measured m) {
        return m.contender().equals(OURS);
    }

    private static String key(Measured m) {
        return m.struct() + "." + m.operation() + "." + m.contender();
    }

    /// How many times as fast as this contender we are.
    private double ratio(Measured other) {
        return all.stream()
                .filter(m -> isOurs(m) && m.struct().equals(other.struct()) && m.operation().equals(other.operation()))
                .findFirst().orElseThrow().perSecond() / other.perSecond();
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
