package io.pitlane.tests.techniques.size;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The rows of a network as a table of Markdown: means over seeds. */
final class SizeTable {
    private final StringBuilder text =
            new StringBuilder(
                    """
                    | network | training | seeds | dense, % | from the file, % | lost, points | bytes | ratio |
                    |---|---|---|---|---|---|---|---|
                    """);

    /** Adds a row. */
    void add(SizeVariant variant, List<SizeFigures> seeds) {
        text.append(
                String.format(
                        Locale.ROOT,
                        "| %s | `%s` | %d | %.2f / %.2f | %.2f / %.2f | %+.2f ± %.2f | %,.0f |"
                                + " %.0fx |%n",
                        variant.net().label(),
                        variant.name(),
                        seeds.size(),
                        100 * mean(seeds, f -> f.dense().validation()),
                        100 * mean(seeds, f -> f.dense().test()),
                        100 * mean(seeds, f -> f.packed().validation()),
                        100 * mean(seeds, f -> f.packed().test()),
                        mean(seeds, SizeFigures::loss),
                        standardError(seeds, SizeFigures::loss),
                        mean(seeds, SizeFigures::bytes),
                        mean(seeds, SizeFigures::ratio)));
    }

    String render() {
        return text.toString();
    }

    private static double mean(List<SizeFigures> seeds, ToDoubleFunction<SizeFigures> figure) {
        return seeds.stream().mapToDouble(figure).average().orElseThrow();
    }

    /** Of the mean over the seeds; not a number for one. */
    private static double standardError(
            List<SizeFigures> seeds, ToDoubleFunction<SizeFigures> figure) {
        double mean = mean(seeds, figure);
        double squares =
                seeds.stream()
                        .mapToDouble(figure)
                        .map(value -> (value - mean) * (value - mean))
                        .sum();
        return Math.sqrt(squares / (seeds.size() - 1) / seeds.size());
    }
}
