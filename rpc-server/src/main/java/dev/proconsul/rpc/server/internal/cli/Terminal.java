package dev.proconsul.rpc.server.internal.cli;

import java.io.InputStream;
import java.io.PrintStream;

/// Where a command reads and writes.
///
/// @param in  for `-` as argument
/// @param out results, and nothing else
/// @param err everything that is said to a person
public record Terminal(InputStream in, PrintStream out, PrintStream err) {
    /// Makes sure that a result has left; a `PrintStream` says nothing of its own accord.
    void checkWritten() throws CommandFailure {
        if (out.checkError()) {
            throw new CommandFailure("cannot write to standard output: the disk is full, or nobody reads it any more");
        }
    }
}
