package dev.proconsul.rpc.bench;

import java.util.Map;

/// What came of a scenario.
sealed interface Outcome permits Result, IdleResult {
    /// {@return what was measured}
    Scenario scenario();

    /// {@return all of it, to be shown and saved}
    Report report();

    /// {@return the same on one line}
    String json();

    /// {@return how many times as good as each peer we are}
    Map<String, Double> ratios();
}
