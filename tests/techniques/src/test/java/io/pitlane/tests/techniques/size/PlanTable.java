package io.pitlane.tests.techniques.size;

import java.util.Locale;
import java.util.stream.Collectors;

/** Plans as a table of Markdown: a row for each seed. */
final class PlanTable {
    private final StringBuilder text =
            new StringBuilder(
                    """
                    | model | plan | seed | before, % | from the file, % | points lost | bytes | ratio | fewer MACs | delta, bytes | on engines, % |
                    |---|---|---|---|---|---|---|---|---|---|---|
                    """);

    /** Adds a row. */
    void add(PlanVariant variant, long seed, PlanFigures figures) {
        text.append(
                String.format(
                        Locale.ROOT,
                        "| %s | `%s` | %d | %.2f | %.2f | %+.2f | %,d | %.0fx | %.1fx | %s | %s |%n",
                        variant.model().label(),
                        variant.name(),
                        seed,
                        100 * figures.before(),
                        100 * figures.after(),
                        figures.loss(),
                        figures.bytes(),
                        figures.ratio(),
                        figures.fewerMacs(),
                        figures.deltaBytes() == 0 ? "" : "%,d".formatted(figures.deltaBytes()),
                        engines(figures)));
    }

    private static String engines(PlanFigures figures) {
        return figures.engines().entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%s %.2f", e.getKey(), 100 * e.getValue()))
                .collect(Collectors.joining(", "));
    }

    String render() {
        return text.toString();
    }
}
