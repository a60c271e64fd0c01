package dev.proconsul.rpc.bench;

/// What a run is for, besides showing its figures.
sealed interface Purpose {
    /// Nothing else.
    record Show() implements Purpose {}

    /// Its ratios are to be what later runs are compared with.
    record Accept() implements Purpose {}

    /// It is compared with what was accepted.
    ///
    /// @param tolerance by how many percent it may be worse
    record Gate(int tolerance) implements Purpose {
        private static final String OPTION = "--gate";
        /// Single runs scatter by about so much on virtual machines.
        private static final int USUAL = 10;
        private static final int MOST = 50;

        /// Refuses what would be no tolerance.
        public Gate {
            if (tolerance < 1 || tolerance > MOST) {
                throw new IllegalArgumentException("expected 1 to " + MOST + " percent, got " + tolerance);
            }
        }

        static boolean isMeant(String argument) {
            return argument.equals(OPTION) || argument.startsWith(OPTION + "=");
        }

        /// {@return what `--gate` or `--gate=PERCENT` asks for}
        /// @throws IllegalArgumentException when that is not a percentage; the message is for the user
        static Gate parse(String argument) {
            if (argument.equals(OPTION)) {
                return new Gate(USUAL);
            }
            var percent = argument.substring(OPTION.length() + 1);
            if (percent.matches("[1-9]|[1-4][0-9]|" + MOST)) {
                return new Gate(Integer.parseInt(percent));
            }
            throw new IllegalArgumentException("what is " + argument
                    + "? Expected --gate=PERCENT, a whole number from 1 to " + MOST);
        }
    }
}
