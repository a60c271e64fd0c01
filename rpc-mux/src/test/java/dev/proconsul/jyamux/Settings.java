package dev.proconsul.jyamux;

import java.time.Duration;

/// What the sessions under test are configured with, unless a test is about the setting.
final class Settings {
    /// The defaults, with windows that stay as they start.
    static final SessionConfig PLAIN = SessionConfig.DEFAULT.withMaxStreamWindow(Frame.WINDOW);

    /// [#PLAIN] without keep-alive: nothing is said of its own accord.
    static final SessionConfig QUIET = PLAIN.withKeepAliveInterval(Duration.ZERO);

    private Settings() {}
}
