package dev.proconsul.rpc.server.internal.cli;

/// What commands need of the process around them.
interface Surroundings {
    /// Those of this process.
    Surroundings OF_PROCESS = new OfProcess();

    /// Has an action done when a signal ends the process, which then leaves with exit code 0.
    void atEnd(Runnable action);

    /// Has an action done at every SIGHUP, where the system has such a signal; never two at once.
    void atHangUp(Runnable action);

    /// The real ones.
    final class OfProcess implements Surroundings {
        private OfProcess() {}

        /// A JVM that a signal ends reports the signal; one that has left in good order reports success.
        @Override
        public void atEnd(Runnable action) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                action.run();
                Runtime.getRuntime().halt(CommandLineTool.OK);
            }, "leave"));
        }

        @Override
        public void atHangUp(Runnable action) {
            HangUp.handle(action);
        }
    }
}
