package io.pitlane.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What bench found: the figures of every model, measured side by side, and the verdict.
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
     * @param notes what the step had to say
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
            List<String> notes) {}

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
            Double errorIncrease) {}

    /**
     * How much faster than the original.
     *
     * @param batch images a call
     * @param median original's median time over this model's
     * @param paired median of the ratios of calls made right after one another, which holds on a
     *     machine whose speed drifts
     */
    public record Speedup(int batch, double median, double paired) {}
}
