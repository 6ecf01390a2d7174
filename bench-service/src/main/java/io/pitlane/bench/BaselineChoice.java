package io.pitlane.bench;

import io.pitlane.model.eval.DjlModel;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.graph.GraphSignature;
import io.pitlane.model.runtime.Outputs;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.tensorflow.proto.DataType;

/**
 * Decides what stands for the original on the clock: the SavedModel as it was given, or its flat
 * inference graph, whichever is faster. Writing a graph flat can make it faster without any
 * technique at work; taking the faster one keeps that out of every speed-up.
 */
final class BaselineChoice {
    private static final Effort SHORT = new Effort(20, 0.2);
    private static final double SAME_OUTPUTS = 1e-3;

    private final LatencyBenchmark benchmark;
    private final ModelLoader loader;

    BaselineChoice(LatencyBenchmark benchmark, ModelLoader loader) {
        this.benchmark = benchmark;
        this.loader = loader;
    }

    /**
     * The folder to time, and why.
     *
     * @param savedModel what stands for the original
     * @param note the finding, for the report
     */
    record Baseline(Path savedModel, String note) {}

    /** Times both forms against each other, if they answer alike. */
    Baseline choose(Path given, Path flat, TestData data) {
        try (var asGiven = loader.load(given);
                var asFlat = loader.load(flat)) {
            int size = data.inputOf(asGiven).fixedBatch().orElse(1);
            var batches = data.batches(asGiven, size);
            if (!alike(asGiven, asFlat, batches)) {
                return new Baseline(
                        given, "Timed as given, for its flat graph answers differently.");
            }
            double speedup = speedupOfFlat(asGiven, asFlat, batches);
            return speedup > 1
                    ? new Baseline(flat, note("its flat graph", speedup, "the model as given"))
                    : new Baseline(given, note("given", 1 / speedup, "its flat graph"));
        }
    }

    private double speedupOfFlat(DjlModel given, DjlModel flat, List<FloatTensor> batches) {
        var contenders =
                List.of(
                        new Contender("given", given::predict),
                        new Contender("flat", flat::predict));
        var timings = benchmark.run(contenders, batches, SHORT, share -> {});
        return timings.get(1).pairedSpeedup(timings.get(0));
    }

    private static boolean alike(DjlModel given, DjlModel flat, List<FloatTensor> batches) {
        var outputs = compared(given.signature());
        return batches.stream().allMatch(b -> alike(given.predict(b), flat.predict(b), outputs));
    }

    /** Float outputs, for a choice of class can turn on a rounding; all where there are none. */
    private static List<String> compared(GraphSignature signature) {
        var floats =
                signature.outputs().stream()
                        .filter(port -> port.dtype() == DataType.DT_FLOAT)
                        .map(GraphSignature.Port::name)
                        .toList();
        return floats.isEmpty()
                ? signature.outputs().stream()
                        .filter(port -> port.dtype() != DataType.DT_STRING)
                        .map(GraphSignature.Port::name)
                        .toList()
                : floats;
    }

    private static boolean alike(Outputs given, Outputs flat, List<String> outputs) {
        return outputs.stream().allMatch(name -> close(given.of(name), flat.of(name)));
    }

    private static boolean close(FloatTensor one, FloatTensor other) {
        if (one.values().length != other.values().length) {
            return false;
        }
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < one.values().length; i++) {
            difference += Math.pow(one.values()[i] - other.values()[i], 2);
            norm += Math.pow(one.values()[i], 2);
        }
        return Math.sqrt(difference) <= SAME_OUTPUTS * Math.sqrt(norm);
    }

    private static String note(String form, double factor, String slower) {
        return String.format(
                Locale.ROOT, "Timed as %s, %.2f times as fast as %s.", form, factor, slower);
    }
}
