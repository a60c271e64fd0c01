package dev.proconsul.rpc.structs.internal;

import java.util.Locale;

/// How many letters must be inserted, removed or replaced to turn one name into another, whatever their case.
final class EditDistance {
    private static final int LONGEST = 64; // no field name is longer; keeps the work small for silly input

    private EditDistance() {}

    static int between(String left, String right) {
        String a = normal(left);
        String b = normal(right);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    private static String normal(String name) {
        return name.substring(0, Math.min(name.length(), LONGEST)).toLowerCase(Locale.ROOT);
    }
}
