package io.pitlane.evaluation;

import io.pitlane.contract.report.Report;
import io.pitlane.evaluation.scoring.Scoring;
import io.pitlane.evaluation.significance.Agreement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Measures the fidelity of a model: agreement of predicted classes with the original, relative L2
 * distance of the outputs, and divergence of the predicted class distributions.
 */
final class FidelityMeter {
    private final List<Integer> choices = new ArrayList<>();
    private final List<Integer> agreed = new ArrayList<>();
    private boolean compared;
    private double difference;
    private double norm;
    private final Optional<Scoring> scoring;
    private double divergence;
    private long distributions;

    /** A meter without divergence. */
    FidelityMeter() {
        this.scoring = Optional.empty();
    }

    /**
     * A meter.
     *
     * @param scoring of the original, which tells how its scores of classes are read
     */
    FidelityMeter(Scoring scoring) {
        this.scoring = Optional.of(scoring);
    }

    /**
     * Adds the predictions of both models for an image. Outputs are matched by name, or if each
     * model has one output, regardless of its name; an output without a counterpart is ignored. If
     * lengths differ, the shorter is padded with zeros.
     */
    void add(Prediction original, Prediction other) {
        int length = Math.max(original.classes().length, other.classes().length);
        int same = 0;
        for (int i = 0; i < Math.min(original.classes().length, other.classes().length); i++) {
            same += original.classes()[i] == other.classes()[i] ? 1 : 0;
        }
        choices.add(length);
        agreed.add(same);
        if (original.values().size() == 1 && other.values().size() == 1) {
            var only = original.values().firstEntry();
            add(only.getKey(), original, only.getValue(), other.values().firstEntry().getValue());
            return;
        }
        original.values()
                .forEach(
                        (name, values) -> {
                            var others = other.values().get(name);
                            if (others != null) {
                                add(name, original, values, others);
                            }
                        });
    }

    private void add(String output, Prediction original, float[] expected, float[] actual) {
        int positions = original.classes().length;
        if (expected.length == actual.length) {
            scoring.filter(read -> read.givesDistribution(output))
                    .ifPresent(
                            read -> {
                                divergence +=
                                        expected == actual
                                                ? 0
                                                : read.distributions(positions)
                                                        .divergence(expected, actual);
                                distributions += positions;
                            });
        }
        add(expected, actual);
    }

    private void add(float[] expected, float[] actual) {
        compared = true;
        int both = Math.min(expected.length, actual.length);
        for (int i = 0; i < both; i++) {
            double delta = (double) actual[i] - expected[i];
            difference += delta * delta;
        }
        difference += power(expected, both) + power(actual, both);
        norm += power(expected, 0);
    }

    private static double power(float[] values, int from) {
        double sum = 0;
        for (int i = from; i < values.length; i++) {
            sum += (double) values[i] * values[i];
        }
        return sum;
    }

    /** The fidelity over all images so far. */
    Report.Fidelity fidelity() {
        double relative = norm == 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
        return new Report.Fidelity(
                agreement().share().orElse(null), compared ? Double.valueOf(relative) : null);
    }

    /** The mean divergence of the predicted classes over all images so far, in nats. */
    OptionalDouble divergence() {
        return distributions == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(divergence / distributions);
    }

    /** The agreement on every image so far. */
    Agreement agreement() {
        return new Agreement(array(agreed), array(choices));
    }

    private static int[] array(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
