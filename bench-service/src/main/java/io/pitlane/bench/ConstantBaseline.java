package io.pitlane.bench;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.Annotations;
import io.pitlane.data.ImageSet;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The score of the same answer for every test image: the most frequent class, or the median of the
 * targets. An original that is no better was probably fed or read in another way than in its
 * training, and says little about a model that is compared with it.
 */
final class ConstantBaseline {
    private static final String ADVICE =
            " Check that input and output in the plan, and the labels, match its training.";

    private ConstantBaseline() {}

    /** A sentence on an original that is no better; empty for one that is, or without labels. */
    static Optional<String> note(Accuracy original, ImageSet images) {
        if (original instanceof Accuracy.Classification scored
                && images.annotations().orElse(null) instanceof Annotations.Classes known) {
            double share = mostFrequent(known.labels());
            return when(
                    scored.top1() <= share,
                    "The accuracy of the original, %.2f %%, is not above that of naming the most frequent class for every image, %.2f %%."
                            .formatted(100 * scored.top1(), 100 * share));
        }
        if (original instanceof Accuracy.Regression scored
                && images.annotations().orElse(null) instanceof Annotations.Values known) {
            double error = errorOfMedians(known.values());
            return when(
                    scored.meanAbsoluteError() >= error,
                    "The mean absolute error of the original, %.3g, is not below that of the median target for every image, %.3g."
                            .formatted(scored.meanAbsoluteError(), error));
        }
        return when(
                original instanceof Accuracy.Detection scored && scored.meanAveragePrecision() == 0,
                "The original detects none of the objects.");
    }

    private static Optional<String> when(boolean condition, String sentence) {
        return condition ? Optional.of(sentence + ADVICE) : Optional.empty();
    }

    private static double mostFrequent(int[] classes) {
        var counts =
                Arrays.stream(classes)
                        .boxed()
                        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        return (double) counts.values().stream().mapToLong(count -> count).max().orElse(0)
                / classes.length;
    }

    /** The mean absolute error over all values; the median minimises that of each target. */
    private static double errorOfMedians(float[][] values) {
        double sum = 0;
        for (int k = 0; k < values[0].length; k++) {
            int target = k;
            var sorted = Arrays.stream(values).mapToDouble(row -> row[target]).sorted().toArray();
            double median = sorted[sorted.length / 2];
            sum += Arrays.stream(sorted).map(value -> Math.abs(value - median)).sum();
        }
        return sum / values.length / values[0].length;
    }
}
