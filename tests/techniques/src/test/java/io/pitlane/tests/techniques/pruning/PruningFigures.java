package io.pitlane.tests.techniques.pruning;

/**
 * What a pruning did to a model, on its test images.
 *
 * @param options of the prune step
 * @param figure the name of the task's figure
 * @param isError whether a lower figure is better
 * @param before the figure of the original
 * @param after the figure of the pruned model
 * @param agreement share of test images, or pixels, with the class of the original; null for tasks
 *     without classes
 * @param macsBefore MACs of the original for one image
 * @param macsAfter MACs of the pruned model for one image
 * @param parameters share of the parameters that is left, 0..1
 * @param seconds duration of the step
 */
record PruningFigures(
        String options,
        String figure,
        boolean isError,
        double before,
        double after,
        Double agreement,
        long macsBefore,
        long macsAfter,
        double parameters,
        double seconds) {

    /** The points lost; of an error, its increase in percent of the original's. */
    double loss() {
        return isError ? 100 * (after / before - 1) : 100 * (before - after);
    }

    /** How many times fewer MACs. */
    double reduction() {
        return (double) macsBefore / macsAfter;
    }
}
