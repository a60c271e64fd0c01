package dev.proconsul.rpc.server.internal.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Finds what somebody may have meant.
final class Nearest {
    private static final int SUGGESTIONS = 3;

    private Nearest() {}

    /// {@return a question such as `; did you mean KVS.Get?`; empty when nothing is near}
    /// @param word  what was written
    /// @param known what could have been written
    static String suggestion(String word, Collection<String> known) {
        var near = near(word, known);
        return near.isEmpty() ? "" : near.stream().collect(Collectors.joining(" or ", "; did you mean ", "?"));
    }

    private static List<String> near(String word, Collection<String> known) {
        int bound = Math.max(2, word.length() / 3);
        return known.stream()
                .filter(candidate -> distance(word, candidate) <= bound)
                .sorted(Comparator.comparingInt((String candidate) -> distance(word, candidate))
                        .thenComparing(candidate -> candidate))
                .limit(SUGGESTIONS)
                .toList();
    }

    /// {@return how many letters differ, in any case (Levenshtein)}
    static int distance(String left, String right) {
        var a = left.toLowerCase(Locale.ROOT);
        var b = right.toLowerCase(Locale.ROOT);
        var previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            var row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(previous[j - 1] + change, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
