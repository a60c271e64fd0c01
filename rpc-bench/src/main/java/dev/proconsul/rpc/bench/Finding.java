package dev.proconsul.rpc.bench;

/// What the gate says of a scenario, or of one contender in it.
sealed interface Finding {
    /// {@return the scenario, and the contender if it is about one}
    String subject();

    /// There are figures.
    ///
    /// @param now     when there were two runs, the better of both for each figure
    /// @param verdict what follows
    record Compared(String subject, Ratios accepted, Ratios now, Verdict verdict) implements Finding {}

    /// There is nothing to compare.
    ///
    /// @param reason why, and what to do
    record NotJudged(String subject, String reason) implements Finding {
        static final String NOTHING_ACCEPTED = "nothing accepted yet: run with --accept";
        static final String DISTURBED = "disturbed by other programs: run again when they are at rest";
        static final String NOTHING_DONE = "not one operation was done: run again, without --quick";
        static final String NOT_MEASURED = "not measured, no time was left: name fewer scenarios";
        static final String ALONE = "no other contender took part: leave out --only, or name one there";
        static final String NO_YARDSTICK = "has no one rate to compare: name another scenario";
    }

    /// What figures mean.
    enum Verdict {
        OK("ok"),
        /// Single runs scatter, so one of two does not count.
        OK_IN_ONE_OF_TWO("ok, slower in one run only"),
        SLOWER("SLOWER, in both runs");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }
}
