package dev.proconsul.rpc.bench;

import java.util.Arrays;
import java.util.Optional;

/// What is measured.
enum Scenario {
    PING("ping", 64, "Status.Ping, 64 callers over one connection"),
    KV_GET("kv-get", 64, "KVS.Get of 1,000 keys with 256 bytes, 64 callers over one connection"),
    KV_PUT("kv-put", 64, "KVS.Apply set of 1,000 keys with 256 bytes, 64 callers over one connection"),
    MUX_PINGPONG("mux-pingpong", 1, "128 bytes there and back on one yamux stream"),
    MUX_64("mux-64", 64, "128 bytes there and back on each of 64 yamux streams of one connection");

    private final String title;
    private final int callers;
    private final String description;

    Scenario(String title, int callers, String description) {
        this.title = title;
        this.callers = callers;
        this.description = description;
    }

    /// {@return its name on the command line}
    String title() {
        return title;
    }

    /// {@return how many threads call at once}
    int callers() {
        return callers;
    }

    /// {@return what one operation is}
    String description() {
        return description;
    }

    static Optional<Scenario> of(String title) {
        return Arrays.stream(values()).filter(scenario -> scenario.title.equals(title)).findFirst();
    }
}
