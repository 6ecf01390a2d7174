package io.pitlane.tests.techniques.size;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Means over the seeds of a variant. */
record SeedMean(List<SizeFigures> seeds) {

    double of(ToDoubleFunction<SizeFigures> figure) {
        return seeds.stream().mapToDouble(figure).average().orElseThrow();
    }

    /** Of the mean; not a number for one seed. */
    double standardError(ToDoubleFunction<SizeFigures> figure) {
        double mean = of(figure);
        double squares =
                seeds.stream()
                        .mapToDouble(figure)
                        .map(value -> (value - mean) * (value - mean))
                        .sum();
        return Math.sqrt(squares / (seeds.size() - 1) / seeds.size());
    }
}
