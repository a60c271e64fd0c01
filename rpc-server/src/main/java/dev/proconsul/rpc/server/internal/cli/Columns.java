package dev.proconsul.rpc.server.internal.cli;

import java.util.List;

/// A table for people.
final class Columns {
    private Columns() {}

    /// {@return the rows with their cells in columns, two blanks between them}
    static String text(List<List<String>> rows) {
        var text = new StringBuilder();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream().mapToInt(other -> other.get(at).length()).max().orElse(0);
                line.append(row.get(column)).append(" ".repeat(width - row.get(column).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
