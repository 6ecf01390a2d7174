package io.pitlane.contract.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.run.LineageEntry;
import java.util.List;

/**
 * The outcome of bench: the figures of every model, measured side by side, and the verdict.
 *
 * @param run the run's id
 * @param plan the plan as it ran
 * @param verdict whether the candidate meets the constraints
 * @param environment where it was measured
 * @param data what it was measured on
 * @param models the original first, the candidate last
 * @param comparison every model after the original, against it
 * @param lineage how each model after the original came to be
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Report(
        String run,
        Plan plan,
        Verdict verdict,
        Environment environment,
        DataFigures data,
        List<ModelFigures> models,
        List<Comparison> comparison,
        List<LineageEntry> lineage) {

    /**
     * The candidate against the constraints.
     *
     * @param passed whether every constraint is met
     * @param violations a sentence for each that is not
     */
    public record Verdict(boolean passed, List<String> violations) {}

    /**
     * Where the figures were measured.
     *
     * @param cpu the processor's model name
     * @param cpuFlags instruction sets that matter to kernels, as {@code avx2}, {@code avx512_vnni}
     * @param gpu the graphics processor TensorFlow worked on; null for none
     * @param threads TensorFlow threads
     * @param tensorflow TensorFlow's version
     * @param oneDnn whether TensorFlow was set to run oneDNN's kernels
     * @param isa the newest instruction set that oneDNN may use, by oneDNN's own names, as {@code
     *     AVX512_CORE_VNNI}; null on processors other than x86-64
     * @param java the JVM's version
     * @param os operating system, version and architecture
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Environment(
            String cpu,
            List<String> cpuFlags,
            String gpu,
            int threads,
            String tensorflow,
            boolean oneDnn,
            String isa,
            String java,
            String os) {}

    /**
     * What the models were measured on.
     *
     * @param digest digest of the data artifact
     * @param trainSamples images to train on
     * @param testSamples images to measure on
     */
    public record DataFigures(String digest, int trainSamples, int testSamples) {}

    /**
     * One model's figures.
     *
     * @param label {@code original} or the label of the step that made it
     * @param digest digest of the model's artifact
     * @param format number format of its arithmetic, {@code float32} or {@code int8}
     * @param sizeBytes its SavedModel on disk, every file; for the original, its flat inference
     *     graph written by Pitlane, so that training leftovers flatter nobody
     * @param packedBytes the same, packed as it travels
     * @param parameters weights and biases
     * @param nonZeroParameters those that are not zero
     * @param macs multiply-accumulates an image
     * @param accuracy on the test set; null without labels
     * @param fidelity closeness to the original on the test set
     * @param latency one entry a batch size
     * @param peakMemoryBytes resident memory of the measuring process at its highest with this
     *     model loaded; -1 where the system does not tell
     * @param notes the step's notes
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ModelFigures(
            String label,
            String digest,
            String format,
            long sizeBytes,
            long packedBytes,
            long parameters,
            long nonZeroParameters,
            long macs,
            Accuracy accuracy,
            Fidelity fidelity,
            List<Latency> latency,
            long peakMemoryBytes,
            List<String> notes) {
        /** Figures of which none is set. */
        public static Builder builder() {
            return new Builder();
        }

        /** A builder that starts from this one. */
        public Builder toBuilder() {
            var builder = new Builder();
            builder.label = label;
            builder.digest = digest;
            builder.format = format;
            builder.sizeBytes = sizeBytes;
            builder.packedBytes = packedBytes;
            builder.parameters = parameters;
            builder.nonZeroParameters = nonZeroParameters;
            builder.macs = macs;
            builder.accuracy = accuracy;
            builder.fidelity = fidelity;
            builder.latency = latency;
            builder.peakMemoryBytes = peakMemoryBytes;
            builder.notes = notes;
            return builder;
        }

        /** Sets figures by name. */
        public static final class Builder {
            private String label;
            private String digest;
            private String format;
            private long sizeBytes;
            private long packedBytes;
            private long parameters;
            private long nonZeroParameters;
            private long macs;
            private Accuracy accuracy;
            private Fidelity fidelity;
            private List<Latency> latency;
            private long peakMemoryBytes;
            private List<String> notes;

            private Builder() {}

            public Builder label(String value) {
                this.label = value;
                return this;
            }

            public Builder digest(String value) {
                this.digest = value;
                return this;
            }

            public Builder format(String value) {
                this.format = value;
                return this;
            }

            public Builder sizeBytes(long value) {
                this.sizeBytes = value;
                return this;
            }

            public Builder packedBytes(long value) {
                this.packedBytes = value;
                return this;
            }

            public Builder parameters(long value) {
                this.parameters = value;
                return this;
            }

            public Builder nonZeroParameters(long value) {
                this.nonZeroParameters = value;
                return this;
            }

            public Builder macs(long value) {
                this.macs = value;
                return this;
            }

            public Builder accuracy(Accuracy value) {
                this.accuracy = value;
                return this;
            }

            public Builder fidelity(Fidelity value) {
                this.fidelity = value;
                return this;
            }

            public Builder latency(List<Latency> value) {
                this.latency = value;
                return this;
            }

            public Builder peakMemoryBytes(long value) {
                this.peakMemoryBytes = value;
                return this;
            }

            public Builder notes(List<String> value) {
                this.notes = value;
                return this;
            }

            public ModelFigures build() {
                return new ModelFigures(
                        label,
                        digest,
                        format,
                        sizeBytes,
                        packedBytes,
                        parameters,
                        nonZeroParameters,
                        macs,
                        accuracy,
                        fidelity,
                        latency,
                        peakMemoryBytes,
                        notes);
            }
        }
    }

    /**
     * Closeness to the original's outputs.
     *
     * @param agreement share of images, for segmentation of pixels, with the same class, 0..1; null
     *     for tasks where no class is chosen
     * @param relativeL2 L2 norm of the difference of all float outputs over the norm of the
     *     original's; null where there are none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Fidelity(Double agreement, Double relativeL2) {}

    /**
     * Time of one call.
     *
     * @param batch images a call
     * @param threads TensorFlow threads
     * @param samples timed calls
     * @param imagesPerSecond batch over the median time
     */
    public record Latency(
            int batch,
            int threads,
            int samples,
            double p50Millis,
            double p90Millis,
            double p95Millis,
            double p99Millis,
            double imagesPerSecond) {}

    /**
     * One model against the original; a ratio above 1 means better.
     *
     * @param label the model
     * @param sizeRatio original's bytes over this model's
     * @param packedRatio the same for the packed form
     * @param macsRatio the same for multiply-accumulates
     * @param speedup one entry a batch size
     * @param accuracyDrop original's top-1, mean IoU or mAP less this model's; null without labels,
     *     and for regression
     * @param errorIncrease for regression, this model's mean absolute error less the original's, as
     *     a share of the original's; null without labels, and where the original's is zero
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Comparison(
            String label,
            double sizeRatio,
            double packedRatio,
            double macsRatio,
            List<Speedup> speedup,
            Double accuracyDrop,
            Double errorIncrease) {
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

            public Comparison build() {
                return new Comparison(
                        label,
                        sizeRatio,
                        packedRatio,
                        macsRatio,
                        speedup,
                        accuracyDrop,
                        errorIncrease);
            }
        }
    }

    /**
     * How much faster than the original.
     *
     * @param batch images a call
     * @param median original's median time over this model's
     * @param paired median of the ratios of calls made right after one another, which holds on a
     *     machine whose speed drifts
     */
    public record Speedup(int batch, double median, double paired) {}

    /** A report of which nothing is set. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.run = run;
        builder.plan = plan;
        builder.verdict = verdict;
        builder.environment = environment;
        builder.data = data;
        builder.models = models;
        builder.comparison = comparison;
        builder.lineage = lineage;
        return builder;
    }

    /** Sets the parts of a report by name. */
    public static final class Builder {
        private String run;
        private Plan plan;
        private Verdict verdict;
        private Environment environment;
        private DataFigures data;
        private List<ModelFigures> models;
        private List<Comparison> comparison;
        private List<LineageEntry> lineage;

        private Builder() {}

        public Builder run(String value) {
            this.run = value;
            return this;
        }

        public Builder plan(Plan value) {
            this.plan = value;
            return this;
        }

        public Builder verdict(Verdict value) {
            this.verdict = value;
            return this;
        }

        public Builder environment(Environment value) {
            this.environment = value;
            return this;
        }

        public Builder data(DataFigures value) {
            this.data = value;
            return this;
        }

        public Builder models(List<ModelFigures> value) {
            this.models = value;
            return this;
        }

        public Builder comparison(List<Comparison> value) {
            this.comparison = value;
            return this;
        }

        public Builder lineage(List<LineageEntry> value) {
            this.lineage = value;
            return this;
        }

        public Report build() {
            return new Report(run, plan, verdict, environment, data, models, comparison, lineage);
        }
    }
}
