package dev.proconsul.rpc.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/// Rows under headings, for a terminal and for Markdown. The first column is words, the others are numbers.
public final class Table {
    private static final String GAP = "  ";

    private final int columns;
    private final List<List<String>> rows = new ArrayList<>();

    /// A table without rows.
    ///
    /// @param headings of the columns
    public Table(String... headings) {
        columns = headings.length;
        rows.add(List.of(headings));
    }

    /// Adds a row.
    ///
    /// @param cells as many as there are headings
    /// @throws IllegalArgumentException when there are more or fewer
    public void add(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException("expected " + columns + " cells, got " + cells.length);
        }
        rows.add(List.of(cells));
    }

    /// {@return whether there is no row below the headings}
    boolean isEmpty() {
        return rows.size() == 1;
    }

    /// {@return lines with columns below each other}
    public String text() {
        return rows.stream().map(row -> line(row).stripTrailing() + "\n").collect(Collectors.joining());
    }

    private String line(List<String> row) {
        var cells = new ArrayList<String>();
        for (int column = 0; column < columns; column++) {
            var cell = row.get(column);
            var space = " ".repeat(width(column) - cell.length());
            cells.add(column == 0 ? cell + space : space + cell);
        }
        return String.join(GAP, cells);
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    /// {@return the same in Markdown}
    public String markdown() {
        var lines = new ArrayList<String>();
        rows.forEach(row -> lines.add(row.stream().collect(Collectors.joining(" | ", "| ", " |\n"))));
        lines.add(1, "|---|" + String.join("", Collections.nCopies(columns - 1, "---:|")) + "\n");
        return String.join("", lines);
    }
}
