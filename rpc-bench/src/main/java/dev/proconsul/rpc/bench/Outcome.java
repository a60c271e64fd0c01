package dev.proconsul.rpc.bench;

import java.util.Map;

/// What came of a scenario.
sealed interface Outcome permits Result, IdleResult {
    /// {@return which scenario}
    Scenario scenario();

    /// {@return a table of the contenders, as text}
    String table();

    /// {@return the same on one line}
    String json();

    /// {@return how many times as good as each peer we are}
    Map<String, Double> ratios();
}
