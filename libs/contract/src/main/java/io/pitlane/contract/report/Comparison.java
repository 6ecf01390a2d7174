package io.pitlane.contract.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.report.Report.Speedup;
import java.util.List;

/**
 * One model against the original; a ratio above 1 means better.
 *
 * @param label the model
 * @param sizeRatio original's bytes over this model's
 * @param packedRatio the same for the packed form
 * @param macsRatio the same for multiply-accumulates
 * @param speedup one entry per engine, baseline, number of threads and batch size
 * @param accuracyDrop original's top-1, mean IoU or mAP less this model's; null without labels, and
 *     for regression
 * @param errorIncrease for regression, this model's mean absolute error less the original's, as a
 *     share of the original's; null without labels, and where the original's is zero
 * @param interval confidence interval of the drop or increase; null where there is neither, and
 *     where the test images are too few for it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Comparison(
        String label,
        double sizeRatio,
        double packedRatio,
        double macsRatio,
        List<Speedup> speedup,
        Double accuracyDrop,
        Double errorIncrease,
        ConfidenceInterval interval) {
    /** A comparison of which nothing is set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.label = label;
        builder.sizeRatio = sizeRatio;
        builder.packedRatio = packedRatio;
        builder.macsRatio = macsRatio;
        builder.speedup = speedup;
        builder.accuracyDrop = accuracyDrop;
        builder.errorIncrease = errorIncrease;
        builder.interval = interval;
        return builder;
    }

    /** Sets ratios by name. */
    public static final class Builder {
        private String label;
        private double sizeRatio;
        private double packedRatio;
        private double macsRatio;
        private List<Speedup> speedup;
        private Double accuracyDrop;
        private Double errorIncrease;
        private ConfidenceInterval interval;

        private Builder() {}

        public Builder label(String value) {
            this.label = value;
            return this;
        }

        public Builder sizeRatio(double value) {
            this.sizeRatio = value;
            return this;
        }

        public Builder packedRatio(double value) {
            this.packedRatio = value;
            return this;
        }

        public Builder macsRatio(double value) {
            this.macsRatio = value;
            return this;
        }

        public Builder speedup(List<Speedup> value) {
            this.speedup = value;
            return this;
        }

        public Builder accuracyDrop(Double value) {
            this.accuracyDrop = value;
            return this;
        }

        public Builder errorIncrease(Double value) {
            this.errorIncrease = value;
            return this;
        }

        public Builder interval(ConfidenceInterval value) {
            this.interval = value;
            return this;
        }

        public Comparison build() {
            return new Comparison(
                    label,
                    sizeRatio,
                    packedRatio,
                    macsRatio,
                    speedup,
                    accuracyDrop,
                    errorIncrease,
                    interval);
        }
    }
}
