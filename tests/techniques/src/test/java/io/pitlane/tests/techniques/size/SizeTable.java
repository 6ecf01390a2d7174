package io.pitlane.tests.techniques.size;

import java.util.Locale;

/** The rows of a network as a table of Markdown: means over seeds. */
final class SizeTable {
    private final StringBuilder text =
            new StringBuilder(
                    """
                    | network | training | seeds | dense, % | from the file, % | lost, points | bytes | ratio |
                    |---|---|---|---|---|---|---|---|
                    """);

    /** Adds a row. */
    void add(SizeVariant variant, SeedMean seeds) {
        text.append(
                String.format(
                        Locale.ROOT,
                        "| %s | `%s` | %d | %.2f / %.2f | %.2f / %.2f | %s | %,.0f | %.0fx |%n",
                        variant.net().label(),
                        variant.name(),
                        seeds.seeds().size(),
                        100 * seeds.of(f -> f.dense().validation()),
                        100 * seeds.of(f -> f.dense().test()),
                        100 * seeds.of(f -> f.packed().validation()),
                        100 * seeds.of(f -> f.packed().test()),
                        loss(seeds),
                        seeds.of(SizeFigures::bytes),
                        seeds.of(SizeFigures::ratio)));
    }

    private static String loss(SeedMean seeds) {
        var loss = String.format(Locale.ROOT, "%+.2f", seeds.of(SizeFigures::loss));
        double error = seeds.standardError(SizeFigures::loss);
        return Double.isFinite(error) ? loss + String.format(Locale.ROOT, " ± %.2f", error) : loss;
    }

    String render() {
        return text.toString();
    }
}
