package dev.proconsul.rpc.client.internal;

/// What carries conversations, and counts the calls on it. Any thread.
interface Carrier {
    /// Carries one conversation only, and ends with it.
    Carrier OF_ITS_OWN = new Carrier() {
        @Override
        public boolean begin() {
            return true;
        }

        @Override
        public void end() {}

        @Override
        public boolean alive() {
            return true;
        }

        @Override
        public void retire() {}
    };

    /// A call begins.
    /// @return false when no more are taken; then it has not begun
    boolean begin();

    /// A call has ended.
    void end();

    /// {@return whether further calls are taken}
    boolean alive();

    /// Takes no further calls; those in flight go on.
    void retire();
}
