package io.pitlane.tests.techniques.size;

import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;

/** Bytes of files with and without contexts as a table of Markdown: means over seeds. */
final class ContextTable {
    private final StringBuilder text =
            new StringBuilder(
                    """
                    | network | training | seeds | bytes | without neighbours | without rows and columns |
                    |---|---|---|---|---|---|
                    """);

    /** Adds a row. */
    void add(SizeVariant variant, List<ContextAblation> seeds) {
        text.append(
                String.format(
                        Locale.ROOT,
                        "| %s | `%s` | %d | %,.0f | %,.0f | %,.0f |%n",
                        variant.net().label(),
                        variant.name(),
                        seeds.size(),
                        mean(seeds, ContextAblation::file),
                        mean(seeds, ContextAblation::lines),
                        mean(seeds, ContextAblation::weights)));
    }

    private static double mean(List<ContextAblation> seeds, ToIntFunction<ContextAblation> bytes) {
        return seeds.stream().mapToInt(bytes).average().orElseThrow();
    }

    String render() {
        return text.toString();
    }
}
