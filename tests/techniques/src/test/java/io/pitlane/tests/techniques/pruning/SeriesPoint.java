package io.pitlane.tests.techniques.pruning;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The figures of one variant with several seeds.
 *
 * @param variant how the model was pruned
 * @param figures of each seed; not empty
 */
record SeriesPoint(PruningVariant variant, List<PruningFigures> figures) {

    /** The mean over the seeds. */
    double mean(ToDoubleFunction<PruningFigures> figure) {
        return figures.stream().mapToDouble(figure).average().orElseThrow();
    }

    double least(ToDoubleFunction<PruningFigures> figure) {
        return figures.stream().mapToDouble(figure).min().orElseThrow();
    }

    double most(ToDoubleFunction<PruningFigures> figure) {
        return figures.stream().mapToDouble(figure).max().orElseThrow();
    }
}
