package io.pitlane.contract.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.run.LineageEntry;
import java.util.List;

/**
 * The result of bench: the figures of every model, measured in one process, and the verdict.
 *
 * @param run the run's id
 * @param plan the plan
 * @param verdict the conditions, and whether the candidate meets them
 * @param environment where it was measured
 * @param data the data of the measurement
 * @param models the original first, the candidate last
 * @param comparison every model after the original, against it
 * @param engines the engines of the bench step, measured or missing
 * @param lineage how each model after the original was made
 * @param layers of the candidate, in the order of its graph; empty in reports of versions that did
 *     not write them
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
        List<EngineFigures> engines,
        List<LineageEntry> lineage,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<LayerFigures> layers) {

    public Report {
        layers = layers == null ? List.of() : List.copyOf(layers);
        engines = engines == null ? List.of() : List.copyOf(engines);
    }

    /** The batch sizes of the plan that the models are not timed at. */
    public List<Integer> untimedBatchSizes() {
        var timed = models.get(0).latency().stream().map(Latency::batch).toList();
        return plan.bench().batchSizes().stream().filter(size -> !timed.contains(size)).toList();
    }

    /**
     * The candidate against the constraints.
     *
     * @param passed whether every condition is met
     * @param conditions every condition that was applied; at least one limits accuracy or fidelity
     * @param violations a sentence for each condition that is not met
     */
    public record Verdict(boolean passed, List<Condition> conditions, List<String> violations) {

        public Verdict {
            conditions = conditions == null ? List.of() : List.copyOf(conditions);
            violations = violations == null ? List.of() : List.copyOf(violations);
        }
    }

    /**
     * Where the figures were measured.
     *
     * @param cpu the processor's model name
     * @param cpuFlags instruction sets that kernels depend on, as {@code avx2}, {@code avx512_vnni}
     * @param gpu the GPU that TensorFlow used; null for none
     * @param threads threads of a call where the accuracy was measured
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
            Gpu gpu,
            int threads,
            String tensorflow,
            boolean oneDnn,
            String isa,
            String java,
            String os) {}

    /**
     * A GPU.
     *
     * @param name its model
     * @param driver version of NVIDIA's driver, as {@code 570.86.15}; null where unknown
     * @param sharing who else could use it when the measurement began: {@code MIG}, {@code MPS},
     *     {@code other processes held N MiB}, {@code none seen}, or {@code unknown}. Time-slicing
     *     shows by the memory of other processes alone
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Gpu(String name, String driver, String sharing) {}

    /**
     * The data of the measurement.
     *
     * @param digest digest of the data artifact
     * @param trainSamples number of training images
     * @param testSamples number of test images
     */
    public record DataFigures(String digest, int trainSamples, int testSamples) {}

    /**
     * Closeness to the original's outputs.
     *
     * @param agreement share of images, for segmentation of pixels, with the same class, 0..1; null
     *     for tasks without classes
     * @param relativeL2 L2 norm of the difference of all float outputs over the norm of the
     *     original's; null where there are none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Fidelity(Double agreement, Double relativeL2) {}

    /**
     * Time of one call.
     *
     * @param engine what ran the model
     * @param format of the file that it ran
     * @param batch images per call
     * @param threads threads that computed one call
     * @param samples timed calls
     * @param p99Millis null below 1,000 samples
     * @param p999Millis the 99.9th percentile; null below 10,000 samples
     * @param imagesPerSecond images of all timed calls over the time of these calls
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Latency(
            Engine engine,
            ModelFormat format,
            int batch,
            int threads,
            int samples,
            double p50Millis,
            double p90Millis,
            double p95Millis,
            Double p99Millis,
            Double p999Millis,
            double imagesPerSecond) {

        public Latency {
            engine = engine == null ? Engine.TENSORFLOW : engine;
            format = format == null ? ModelFormat.of(engine) : format;
        }
    }

    /**
     * Speedup against the original: on TensorFlow, or on the same engine as its own float export.
     * The first is what compression and engine bring together, the second what compression brings.
     *
     * @param engine what ran the model
     * @param format of the file that it ran
     * @param baseline what ran the original
     * @param batch images per call
     * @param threads threads that computed one call, of both
     * @param median original's median time over this model's
     * @param paired median of the ratios of consecutive calls, which is robust against changes of
     *     the machine's speed
     * @param low lower limit of the 95 % confidence interval of {@code paired}
     * @param high upper limit
     */
    public record Speedup(
            Engine engine,
            ModelFormat format,
            Engine baseline,
            int batch,
            int threads,
            double median,
            double paired,
            double low,
            double high) {

        public Speedup {
            engine = engine == null ? Engine.TENSORFLOW : engine;
            format = format == null ? ModelFormat.of(engine) : format;
            baseline = baseline == null ? Engine.TENSORFLOW : baseline;
        }

        /** Whether this is against the original on TensorFlow. */
        @JsonIgnore
        public boolean isAgainstTensorFlow() {
            return baseline == Engine.TENSORFLOW;
        }

        /** Whether the interval excludes 1, so that the models differ in speed. */
        public boolean differs() {
            return low > 1 || high < 1;
        }
    }

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
        builder.engines = engines;
        builder.lineage = lineage;
        builder.layers = layers;
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
        private List<EngineFigures> engines;
        private List<LineageEntry> lineage;
        private List<LayerFigures> layers;

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

        public Builder engines(List<EngineFigures> value) {
            this.engines = value;
            return this;
        }

        public Builder lineage(List<LineageEntry> value) {
            this.lineage = value;
            return this;
        }

        public Builder layers(List<LayerFigures> value) {
            this.layers = value;
            return this;
        }

        public Report build() {
            return new Report(
                    run,
                    plan,
                    verdict,
                    environment,
                    data,
                    models,
                    comparison,
                    engines,
                    lineage,
                    layers);
        }
    }
}
