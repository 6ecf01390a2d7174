package io.pitlane.quantize;

import io.pitlane.analysis.SampledImages;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.quantization.ActivationOptions;
import io.pitlane.contract.quantization.ActivationOptions.Type;
import io.pitlane.contract.quantization.Corrections;
import io.pitlane.contract.quantization.WeightOptions;
import io.pitlane.contract.quantization.WeightOptions.Granularity;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.QuantizeStep.Scheme;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Prints what each number format loses, for the classifier and the images of a plan: the accuracy
 * of the quantized graph as TensorFlow simulates it, the share of images with the class of the
 * float model, and the signal-to-noise ratio of the outputs.
 *
 * <pre>{@code
 * SchemeComparison 2000 examples/demo.yaml
 * }</pre>
 */
public final class SchemeComparison {
    private static final int BATCH = 100;

    private SchemeComparison() {}

    /** The scores of all test images, and the share whose highest is that of the label. */
    private record Scores(float[] values, int classes, double accuracy) {

        double agreement(Scores other) {
            int images = values.length / classes;
            int same = 0;
            for (int image = 0; image < images; image++) {
                same += best(image) == other.best(image) ? 1 : 0;
            }
            return (double) same / images;
        }

        int best(int image) {
            return highest(values, image * classes, classes);
        }
    }

    /**
     * Compares.
     *
     * @param arguments number of test images, evenly spaced over the test set; paths of plans
     */
    public static void main(String[] arguments) throws IOException {
        for (var argument : List.of(arguments).subList(1, arguments.length)) {
            var file = Path.of(argument).toAbsolutePath();
            compare(
                    PlanReader.read(Files.readString(file)),
                    file.getParent(),
                    Integer.parseInt(arguments[0]));
        }
    }

    private static void compare(Plan plan, Path folder, int images) {
        var graph = SavedModelReader.read(folder.resolve(plan.model()));
        var train = ImageSources.open(plan.data().train(), folder);
        var all = ImageSources.open(plan.data().test(), folder);
        long size = all.size();
        var test =
                all.subset(
                        IntStream.range(0, images).map(i -> (int) (i * size / images)).toArray());
        var original = scores(plan, graph, test);
        System.out.printf("%n%s%n| format | accuracy | agreement | SNR, dB |%n", plan.name());
        print("float32", original, original);
        for (var scheme : schemes().entrySet()) {
            var options = scheme.getValue();
            var input = Preprocessor.of(plan.input(), graph.signature().inputs().get(0));
            var samples = new SampledImages(train, input, 512, BATCH, plan.seed(), share -> {});
            var model = new PostTrainingInt8(options, plan.input()).quantize(graph, samples);
            print(scheme.getKey(), scores(plan, model.graph(), test), original);
        }
    }

    private static Map<String, QuantizeStep> schemes() {
        var schemes = new LinkedHashMap<String, QuantizeStep>();
        for (var granularity : Granularity.values()) {
            for (var type : Type.values()) {
                schemes.put(
                        "int8, activations %s, weights %s".formatted(type, granularity),
                        QuantizeStep.builder()
                                .corrections(Corrections.NONE)
                                .activations(new ActivationOptions(type))
                                .weights(WeightOptions.of(granularity, 8))
                                .build());
            }
        }
        schemes.put(
                "int8, powers of two",
                QuantizeStep.builder()
                        .scheme(Scheme.POWER_OF_TWO)
                        .corrections(Corrections.NONE)
                        .build());
        schemes.put(
                "int16 activations, int8 weights",
                QuantizeStep.builder()
                        .int16Layers(List.of("*"))
                        .corrections(Corrections.NONE)
                        .build());
        for (int bits : new int[] {8, 4}) {
            for (var granularity : Granularity.values()) {
                for (var scheme : List.of(Scheme.WEIGHT_ONLY, Scheme.PIECEWISE_LINEAR)) {
                    var name = scheme == Scheme.WEIGHT_ONLY ? "linear" : "piecewise linear";
                    schemes.put(
                            "weights %s, %d bits, %s".formatted(name, bits, granularity),
                            QuantizeStep.builder()
                                    .scheme(scheme)
                                    .weights(WeightOptions.of(granularity, bits))
                                    .build());
                }
            }
        }
        schemes.put(
                "weights shared, 16 values",
                QuantizeStep.builder().scheme(Scheme.WEIGHT_SHARING).build());
        schemes.put("bfloat16", QuantizeStep.builder().scheme(Scheme.BFLOAT16).build());
        return schemes;
    }

    private static void print(String name, Scores scores, Scores original) {
        double noise = 0;
        double signal = 0;
        for (int i = 0; i < scores.values.length; i++) {
            noise += Math.pow(scores.values[i] - original.values[i], 2);
            signal += Math.pow(original.values[i], 2);
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %.2f %% | %.2f %% | %s |%n",
                name.toLowerCase(Locale.ROOT).replace('_', '-'),
                100 * scores.accuracy,
                100 * scores.agreement(original),
                noise == 0
                        ? "-"
                        : String.format(Locale.ROOT, "%.1f", 10 * Math.log10(signal / noise)));
    }

    private static Scores scores(Plan plan, FlatGraph graph, ImageSet test) {
        var labels = test.labels().orElseThrow();
        var input = Preprocessor.of(plan.input(), graph.signature().inputs().get(0));
        float[] all = {};
        int classes = 0;
        int right = 0;
        try (var session = GraphSession.open(graph);
                var batches = new Batches(test, input, BATCH).inOrder()) {
            for (var batch = batches.next(); batch != null; batch = batches.next()) {
                var scores = session.run(batch.images()).get(0);
                classes = (int) scores.shape()[1];
                all = all.length == 0 ? new float[test.size() * classes] : all;
                for (int i = 0; i < batch.size(); i++) {
                    int image = batch.indices()[i];
                    System.arraycopy(scores.values(), i * classes, all, image * classes, classes);
                    right += highest(all, image * classes, classes) == labels[image] ? 1 : 0;
                }
            }
        }
        return new Scores(all, classes, (double) right / test.size());
    }

    private static int highest(float[] values, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            best = values[from + i] > values[from + best] ? i : best;
        }
        return best;
    }
}
