package io.pitlane.tests.techniques.size;

import io.pitlane.tests.techniques.size.SizeFigures.Errors;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Errors of networks before compression as a table of Markdown: means over seeds. */
final class DenseTable {
    private final StringBuilder text =
            new StringBuilder(
                    """
                    | network | seeds | validation, % | test, % | both, % |
                    |---|---|---|---|---|
                    """);

    /** Adds a network. */
    void add(LeNet net, List<Errors> seeds) {
        text.append(
                String.format(
                        Locale.ROOT,
                        "| %s | %d | %.2f | %.2f | %.2f |%n",
                        net.label(),
                        seeds.size(),
                        mean(seeds, Errors::validation),
                        mean(seeds, Errors::test),
                        mean(seeds, Errors::pooled)));
    }

    private static double mean(List<Errors> seeds, ToDoubleFunction<Errors> error) {
        return 100 * seeds.stream().mapToDouble(error).average().orElseThrow();
    }

    String render() {
        return text.toString();
    }
}
