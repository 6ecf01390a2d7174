package io.pitlane.contract.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.validation.Problems;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The conditions under which the candidate passes; null fields are no conditions.
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
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Constraints(
        Double maxAccuracyDrop,
        Double maxErrorIncrease,
        Double minAgreement,
        Double maxRelativeL2,
        Map<Integer, ClassConstraint> classes) {

    public static final Constraints NONE = builder().build();

    public Constraints {
        classes = classes == null ? Map.of() : Map.copyOf(classes);
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

    void check(Task task, Problems problems) {
        checkHeadline(task, problems);
        checkFidelity(task, problems);
        if (!classes.isEmpty() && task == Task.REGRESSION) {
            problems.at("classes").add("regression has no classes; use maxErrorIncrease");
            return;
        }
        classes.forEach(
                (index, constraint) -> {
                    var at = problems.at("classes").at(String.valueOf(index));
                    if (index < 0) {
                        at.add("a class index cannot be negative");
                    }
                    checkClass(task, constraint, at);
                });
    }

    private void checkHeadline(Task task, Problems problems) {
        if (maxAccuracyDrop != null) {
            problems.require(
                    task != Task.REGRESSION,
                    "maxAccuracyDrop",
                    "does not fit regression, whose accuracy is an error; use maxErrorIncrease");
            problems.require(
                    isShare(maxAccuracyDrop),
                    "maxAccuracyDrop",
                    "must be between 0 and 1 (0.01 is one point), but is " + maxAccuracyDrop);
        }
        if (maxErrorIncrease != null) {
            problems.require(
                    task == Task.REGRESSION,
                    "maxErrorIncrease",
                    "does not fit " + task.label() + "; use maxAccuracyDrop");
            requireNotNegative(maxErrorIncrease, "maxErrorIncrease", problems);
        }
    }

    private void checkFidelity(Task task, Problems problems) {
        if (minAgreement != null) {
            problems.require(
                    task == Task.CLASSIFICATION || task == Task.SEGMENTATION,
                    "minAgreement",
                    "does not fit "
                            + task.label()
                            + ", which has no class to agree on an image"
                            + " or pixel; use maxRelativeL2");
            problems.require(
                    isShare(minAgreement),
                    "minAgreement",
                    "must be between 0 and 1, but is " + minAgreement);
        }
        if (maxRelativeL2 != null) {
            requireNotNegative(maxRelativeL2, "maxRelativeL2", problems);
        }
    }

    private static void checkClass(Task task, ClassConstraint constraint, Problems problems) {
        var fitting =
                switch (task) {
                    case CLASSIFICATION -> "maxRecallDrop";
                    case SEGMENTATION -> "maxIouDrop";
                    case DETECTION, REGRESSION -> "maxAveragePrecisionDrop";
                };
        var drops = new LinkedHashMap<String, Double>();
        drops.put("maxRecallDrop", constraint.maxRecallDrop());
        drops.put("maxIouDrop", constraint.maxIouDrop());
        drops.put("maxAveragePrecisionDrop", constraint.maxAveragePrecisionDrop());
        drops.forEach(
                (field, drop) -> {
                    if (drop != null) {
                        problems.require(
                                field.equals(fitting),
                                field,
                                "does not fit " + task.label() + "; use " + fitting);
                        problems.require(
                                isShare(drop), field, "must be between 0 and 1, but is " + drop);
                    }
                });
        if (drops.values().stream().allMatch(Objects::isNull)) {
            problems.present(null, fitting, "write 0 to 1");
        }
    }

    private static void requireNotNegative(double value, String field, Problems problems) {
        problems.require(
                Double.isFinite(value) && value >= 0,
                field,
                "must be 0 or more (0.05 is five percent), but is " + value);
    }

    private static boolean isShare(double value) {
        return value >= 0 && value <= 1;
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

        public Constraints build() {
            return new Constraints(
                    maxAccuracyDrop, maxErrorIncrease, minAgreement, maxRelativeL2, classes);
        }
    }
}
