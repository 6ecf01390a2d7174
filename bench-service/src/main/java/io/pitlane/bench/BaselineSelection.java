package io.pitlane.bench;

import io.pitlane.bench.LatencyBenchmark.SamplingBudget;
import io.pitlane.bench.LatencyBenchmark.TimedModel;
import io.pitlane.engines.EngineModel;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.runtime.Outputs;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.tensorflow.proto.DataType;

/**
 * Selects the form in which the original is timed: the SavedModel as given, or its flat inference
 * graph, whichever is faster. Flattening alone can make a graph faster; timing the faster form
 * keeps that gain out of every reported speedup.
 */
final class BaselineSelection {
    private static final SamplingBudget SHORT = new SamplingBudget(0.2, 20);
    private static final double MAX_RELATIVE_DIFFERENCE = 1e-3;

    private final LatencyBenchmark benchmark;
    private final ModelLoader loader;

    BaselineSelection(LatencyBenchmark benchmark, ModelLoader loader) {
        this.benchmark = benchmark;
        this.loader = loader;
    }

    /**
     * The selected form of the original.
     *
     * @param savedModel folder to time
     * @param note which form it is and why, for the report
     */
    record Baseline(Path savedModel, String note) {}

    /** Times both forms against each other, if their outputs agree; else selects the given one. */
    Baseline select(Path given, Path flat, TestData data) {
        try (var givenModel = loader.load(ModelOnEngine.tensorFlow("given", given));
                var flatModel = loader.load(ModelOnEngine.tensorFlow("flat", flat))) {
            int size = data.inputOf(givenModel).fixedBatch().orElse(1);
            var batches = data.batches(givenModel, size);
            if (!outputsAgree(givenModel, flatModel, batches)) {
                return new Baseline(
                        given, "Timed as given, because its flat graph gives different outputs.");
            }
            if (data.inputOf(givenModel).fixedBatch().isPresent()
                    && data.inputOf(flatModel).fixedBatch().isEmpty()) {
                return new Baseline(
                        flat,
                        "Timed as its flat graph, which takes any number of images; as given it"
                                + " takes exactly %d.".formatted(size));
            }
            double speedup = speedupOfFlat(givenModel, flatModel, batches);
            return speedup > 1
                    ? new Baseline(flat, note("its flat graph", speedup, "the model as given"))
                    : new Baseline(given, note("given", 1 / speedup, "its flat graph"));
        }
    }

    private double speedupOfFlat(EngineModel given, EngineModel flat, List<FloatTensor> batches) {
        var models =
                List.of(
                        new TimedModel("given", given::predict),
                        new TimedModel("flat", flat::predict));
        var timings = benchmark.run(models, batches, SHORT, share -> {});
        return timings.get(1).pairedSpeedup(timings.get(0));
    }

    private static boolean outputsAgree(
            EngineModel given, EngineModel flat, List<FloatTensor> batches) {
        var names = comparedOutputs(given.signature());
        return batches.stream()
                .allMatch(batch -> agree(given.predict(batch), flat.predict(batch), names));
    }

    /**
     * The float outputs, since a rounding error can change a class index; without any, all outputs
     * that are numbers.
     */
    private static List<String> comparedOutputs(GraphSignature signature) {
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

    private static boolean agree(Outputs given, Outputs flat, List<String> names) {
        return names.stream().allMatch(name -> isClose(given.of(name), flat.of(name)));
    }

    private static boolean isClose(FloatTensor one, FloatTensor other) {
        if (one.values().length != other.values().length) {
            return false;
        }
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < one.values().length; i++) {
            difference += Math.pow(one.values()[i] - other.values()[i], 2);
            norm += Math.pow(one.values()[i], 2);
        }
        return Math.sqrt(difference) <= MAX_RELATIVE_DIFFERENCE * Math.sqrt(norm);
    }

    private static String note(String form, double factor, String slower) {
        return String.format(
                Locale.ROOT, "Timed as %s, %.2f times as fast as %s.", form, factor, slower);
    }
}
