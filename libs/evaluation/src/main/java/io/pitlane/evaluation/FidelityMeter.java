package io.pitlane.evaluation;

import io.pitlane.contract.report.Report;
import java.util.Arrays;

/** Sums up how close a model's answers stay to those of the original, image after image. */
final class FidelityMeter {
    private long chosen;
    private long agreed;
    private boolean compared;
    private double difference;
    private double norm;

    /**
     * Takes both answers to an image. Of outputs of different length the shorter counts as filled
     * up with zeros; an output that only one of them has counts not at all, unless each has just
     * one.
     */
    void add(Prediction original, Prediction other) {
        int length = Math.max(original.classes().length, other.classes().length);
        chosen += length;
        for (int i = 0; i < Math.min(original.classes().length, other.classes().length); i++) {
            agreed += original.classes()[i] == other.classes()[i] ? 1 : 0;
        }
        if (original.values().size() == 1 && other.values().size() == 1) {
            add(original.values().firstEntry().getValue(), other.values().firstEntry().getValue());
            return;
        }
        original.values()
                .forEach(
                        (name, values) -> {
                            var others = other.values().get(name);
                            if (others != null) {
                                add(values, others);
                            }
                        });
    }

    private void add(float[] expected, float[] actual) {
        compared = true;
        int length = Math.max(expected.length, actual.length);
        float[] before = Arrays.copyOf(expected, length);
        float[] after = Arrays.copyOf(actual, length);
        for (int i = 0; i < length; i++) {
            double delta = (double) after[i] - before[i];
            difference += delta * delta;
            norm += (double) before[i] * before[i];
        }
    }

    /** What all answers so far come to. */
    Report.Fidelity fidelity() {
        double relative = norm == 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
        return new Report.Fidelity(
                chosen == 0 ? null : Double.valueOf((double) agreed / chosen),
                compared ? Double.valueOf(relative) : null);
    }
}
