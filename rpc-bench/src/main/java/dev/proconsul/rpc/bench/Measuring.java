package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.util.List;

/// Runs scenarios with processes of their own.
interface Measuring {
    /// {@return what came of them, but for those for which no time was left}
    List<Outcome> measure(List<Scenario> scenarios) throws IOException, InterruptedException;
}
