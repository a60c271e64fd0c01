package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The results of one scenario, for people and for programs.
///
/// @param title   of the scenario, and of the files
/// @param heading what was measured
/// @param table   the figures
/// @param notes   what to know about them, if anything
/// @param json    the figures on one line
/// @param plot    the figures as a picture
public record Report(String title, String heading, Table table, List<String> notes, String json, Plot plot) {
    /// Keeps its own list.
    public Report {
        notes = List.copyOf(notes);
    }

    /// {@return all for a terminal}
    public String text() {
        return "\n" + title + ": " + heading + "\n" + table.text() + String.join("", notes.stream().map(n -> n + "\n").toList());
    }

    /// {@return all for a page}
    public String markdown() {
        return "**" + title + "**: " + heading + "\n\n" + table.markdown()
                + String.join("", notes.stream().map(n -> "\n" + n + "\n").toList());
    }

    /// Writes a file of each kind into `target/results`.
    ///
    /// @param module directory of this module
    /// @throws IOException if that fails
    public void save(Path module) throws IOException {
        var directory = Files.createDirectories(module.resolve("target/results"));
        Files.writeString(directory.resolve(title + ".txt"), text());
        Files.writeString(directory.resolve(title + ".md"), markdown());
        Files.writeString(directory.resolve(title + ".json"), json + "\n");
        Files.writeString(directory.resolve(title + ".svg"), plot.svg());
    }
}
