package dev.proconsul.rpc.bench;

import java.util.List;

/// The end of a run.
///
/// @param outcomes what was measured
/// @param text     what there is to say besides, in whole lines
/// @param exitCode of the program
record Finished(List<Outcome> outcomes, String text, int exitCode) {
    static final int WELL = 0;
    static final int SLOWER = 3;
    static final int NOT_JUDGED = 4;

    Finished {
        outcomes = List.copyOf(outcomes);
    }
}
