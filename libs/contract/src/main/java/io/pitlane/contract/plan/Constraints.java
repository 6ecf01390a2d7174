package io.pitlane.contract.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.data.Task;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The conditions under which the candidate passes; null fields are no conditions.
 *
 * <p>A plan that limits neither accuracy nor fidelity gets {@link #defaultFor a default limit}.
 *
 * @param maxAccuracyDrop largest allowed drop of top-1, mean IoU or mAP against the original, 0..1
 *     (0.01 is one point)
 * @param maxErrorIncrease for regression: largest allowed increase of the mean absolute error, as a
 *     share of the original's (0.05 is five percent)
 * @param minAgreement smallest allowed share of images, or of pixels, with the original's class,
 *     0..1; needs no labels
 * @param maxRelativeL2 largest allowed difference of the outputs, as a share of the original's
 *     norm; needs no labels
 * @param classes constraints on single classes, by class index
 * @param minSpeedup smallest allowed speed-ups, at most one a batch size
 * @param maxLatencyMillis largest allowed latencies, at most one entry a batch size
 * @param maxSizeBytes largest allowed size of the SavedModel's files, above 0
 * @param minSizeRatio smallest allowed ratio of the original's size to the candidate's, above 0
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Constraints(
        Double maxAccuracyDrop,
        Double maxErrorIncrease,
        Double minAgreement,
        Double maxRelativeL2,
        Map<Integer, ClassConstraint> classes,
        List<MinSpeedup> minSpeedup,
        List<MaxLatency> maxLatencyMillis,
        Long maxSizeBytes,
        Double minSizeRatio) {

    public static final Constraints NONE = builder().build();

    private static final double DEFAULT_ACCURACY_DROP = 0.01;
    private static final double DEFAULT_ERROR_INCREASE = 0.05;
    private static final double DEFAULT_AGREEMENT = 0.99;

    /** A signal-to-noise ratio of the outputs of 20 dB. */
    private static final double DEFAULT_RELATIVE_L2 = 0.1;

    public Constraints {
        classes = classes == null ? Map.of() : Map.copyOf(classes);
        minSpeedup = minSpeedup == null ? List.of() : List.copyOf(minSpeedup);
        maxLatencyMillis = maxLatencyMillis == null ? List.of() : List.copyOf(maxLatencyMillis);
    }

    /**
     * The limit on accuracy or fidelity of a plan that sets none.
     *
     * @param hasAccuracy whether the models are scored against annotations
     * @param hasClasses whether the models predict a class of an image or pixel
     */
    public static Constraints defaultFor(Task task, boolean hasAccuracy, boolean hasClasses) {
        if (hasAccuracy) {
            return task == Task.REGRESSION
                    ? builder().maxErrorIncrease(DEFAULT_ERROR_INCREASE).build()
                    : builder().maxAccuracyDrop(DEFAULT_ACCURACY_DROP).build();
        }
        return hasClasses
                ? builder().minAgreement(DEFAULT_AGREEMENT).build()
                : builder().maxRelativeL2(DEFAULT_RELATIVE_L2).build();
    }

    /** Whether accuracy, error or fidelity as a whole has a limit, be it one that all meet. */
    @JsonIgnore
    public boolean limitQuality() {
        return Stream.of(maxAccuracyDrop, maxErrorIncrease, minAgreement, maxRelativeL2)
                .anyMatch(Objects::nonNull);
    }

    /** Whether the test images need labels. */
    @JsonIgnore
    public boolean needLabels() {
        return maxAccuracyDrop != null || maxErrorIncrease != null || !classes.isEmpty();
    }

    /**
     * The conditions for one class, by the metric of the task.
     *
     * @param maxRecallDrop for classification: largest allowed drop of its recall, 0..1
     * @param maxIouDrop for segmentation: largest allowed drop of its intersection over union, 0..1
     * @param maxAveragePrecisionDrop for detection: largest allowed drop of its average precision,
     *     0..1
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ClassConstraint(
            Double maxRecallDrop, Double maxIouDrop, Double maxAveragePrecisionDrop) {

        /** A constraint on a class of a classifier. */
        public static ClassConstraint recall(double maxDrop) {
            return new ClassConstraint(maxDrop, null, null);
        }

        /** A constraint on a class of a segmenter. */
        public static ClassConstraint iou(double maxDrop) {
            return new ClassConstraint(null, maxDrop, null);
        }

        /** A constraint on a class of a detector. */
        public static ClassConstraint averagePrecision(double maxDrop) {
            return new ClassConstraint(null, null, maxDrop);
        }

        /** Largest allowed drop of the one measure that is constrained. */
        @JsonIgnore
        public double maxDrop() {
            return Stream.of(maxRecallDrop, maxIouDrop, maxAveragePrecisionDrop)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Constraints of which none is set. */
    public static Builder builder() {
        return new Builder();
    }

    /** Sets constraints by name. */
    public static final class Builder {
        private Double maxAccuracyDrop;
        private Double maxErrorIncrease;
        private Double minAgreement;
        private Double maxRelativeL2;
        private Map<Integer, ClassConstraint> classes;
        private List<MinSpeedup> minSpeedup;
        private List<MaxLatency> maxLatencyMillis;
        private Long maxSizeBytes;
        private Double minSizeRatio;

        private Builder() {}

        public Builder maxAccuracyDrop(double value) {
            this.maxAccuracyDrop = value;
            return this;
        }

        public Builder maxErrorIncrease(double value) {
            this.maxErrorIncrease = value;
            return this;
        }

        public Builder minAgreement(double value) {
            this.minAgreement = value;
            return this;
        }

        public Builder maxRelativeL2(double value) {
            this.maxRelativeL2 = value;
            return this;
        }

        public Builder classes(Map<Integer, ClassConstraint> value) {
            this.classes = value;
            return this;
        }

        public Builder minSpeedup(List<MinSpeedup> value) {
            this.minSpeedup = value;
            return this;
        }

        public Builder maxLatencyMillis(List<MaxLatency> value) {
            this.maxLatencyMillis = value;
            return this;
        }

        public Builder maxSizeBytes(long value) {
            this.maxSizeBytes = value;
            return this;
        }

        public Builder minSizeRatio(double value) {
            this.minSizeRatio = value;
            return this;
        }

        public Constraints build() {
            return new Constraints(
                    maxAccuracyDrop,
                    maxErrorIncrease,
                    minAgreement,
                    maxRelativeL2,
                    classes,
                    minSpeedup,
                    maxLatencyMillis,
                    maxSizeBytes,
                    minSizeRatio);
        }
    }
}
