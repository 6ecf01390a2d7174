package io.pitlane.contract.validation;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that a misspelt one was most likely meant to be. */
public final class NearestName {
    private NearestName() {}

    /** The nearest of {@code known} within a third of the name's length (at least 2) in edits. */
    public static Optional<String> of(String name, Collection<String> known) {
        int allowed = Math.max(2, name.length() / 3);
        return known.stream()
                .min(Comparator.comparingInt(k -> distance(name, k)))
                .filter(k -> distance(name, k) <= allowed);
    }

    /** What to do about an unknown name: take the nearest known one, or choose. */
    public static String advice(String name, Collection<String> known) {
        return of(name, known)
                .map(nearest -> "Write '" + nearest + "', if that is meant.")
                .orElse("Choose one of these.");
    }

    /**
     * Insertions, deletions, substitutions and swaps of neighbours, upper and lower case alike (the
     * optimal string alignment distance: Levenshtein's, with swaps).
     */
    private static int distance(String first, String second) {
        var a = first.toLowerCase(Locale.ROOT);
        var b = second.toLowerCase(Locale.ROOT);
        var edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : edits(a, b, i, j, edits);
            }
        }
        return edits[a.length()][b.length()];
    }

    private static int edits(String a, String b, int i, int j, int[][] edits) {
        int substitution = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(substitution, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        boolean isSwap =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return isSwap ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
    }
}
