package dev.proconsul.rpc.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What is measured.
enum Scenario {
    PING("ping", Family.RPC, 64, 1, "Status.Ping, 64 callers over one connection"),
    KV_GET("kv-get", Family.RPC, 64, 1, "KVS.Get of 1,000 keys with 256 bytes, 64 callers over one connection"),
    KV_PUT("kv-put", Family.RPC, 64, 1, "KVS.Apply set of 1,000 keys with 256 bytes, 64 callers over one connection"),
    MUX_PINGPONG("mux-pingpong", Family.MUX, 1, 1, "128 bytes there and back on one stream"),
    MUX_64("mux-64", Family.MUX, 64, 1, "128 bytes there and back on each of 64 streams of one connection"),
    MUX_1024("mux-1024", Family.MUX, 1_024, 1, "128 bytes there and back on each of 1,024 streams of one connection"),
    MUX_CONNS("mux-conns", Family.MUX, 256, 256, "128 bytes there and back on one stream of each of 256 connections"),
    MUX_OPEN("mux-open", Family.MUX, 64, 1, "a stream for each 128 bytes there and back, 64 callers over one connection"),
    MUX_BULK_1("mux-bulk-1", Family.MUX, 1, 1, "64 KiB writes one way on one stream; TCP: on one connection"),
    MUX_BULK_8("mux-bulk-8", Family.MUX, 8, 1, "64 KiB writes one way on eight streams; TCP: on one connection"),
    MUX_BESIDE("mux-beside", Family.MUX, 16, 1,
            "128 bytes there and back on each of eight streams, beside 64 KiB writes one way on eight more of the session"),
    MUX_IDLE("mux-idle", Family.MUX, 0, 0, "memory of idle streams and sessions");

    /// Scenarios that the same processes take part in.
    enum Family { RPC, MUX }

    private final String title;
    private final Family family;
    private final int callers;
    private final int connections;
    private final String description;

    Scenario(String title, Family family, int callers, int connections, String description) {
        this.title = title;
        this.family = family;
        this.callers = callers;
        this.connections = connections;
        this.description = description;
    }

    /// {@return its name on the command line}
    String title() {
        return title;
    }

    /// {@return who takes part}
    Family family() {
        return family;
    }

    /// {@return how many threads call at once}
    int callers() {
        return callers;
    }

    /// {@return how many TCP connections there are; a contender without multiplexer has as many callers}
    int connections() {
        return connections;
    }

    /// {@return whether one operation is a block one way instead of a message there and back}
    boolean isBulk() {
        return this == MUX_BULK_1 || this == MUX_BULK_8;
    }

    /// {@return whether some callers only make load, and what they do is shown apart}
    boolean hasBeside() {
        return this == MUX_BESIDE;
    }

    /// {@return whether a caller is one of these: every second}
    /// @param caller 0, 1, and so on
    boolean isBeside(int caller) {
        return hasBeside() && caller % 2 == 1;
    }

    /// {@return whether a later run can be said to be slower: not where it is about memory, nor where more of one thing
    /// can make up for less of another}
    boolean isJudged() {
        return this != MUX_IDLE && !hasBeside();
    }

    /// {@return whether TCP alone does the same work}
    boolean suitsTcp() {
        return family == Family.MUX && this != MUX_IDLE && (isBulk() || callers == connections);
    }

    /// {@return what one operation is}
    String description() {
        return description;
    }

    /// {@return those that a word on the command line means: a title, the beginning of several, or `all`}
    static List<Scenario> named(String word) {
        var exact = of(word);
        return exact.isPresent() ? exact.stream().toList() : Arrays.stream(values())
                .filter(scenario -> word.equals("all") || scenario.title.startsWith(word + "-"))
                .toList();
    }

    /// {@return the one of that title}
    static Optional<Scenario> of(String title) {
        return Arrays.stream(values()).filter(scenario -> scenario.title.equals(title)).findFirst();
    }
}
