package io.pitlane.bench;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.Plan;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.engines.EngineUnavailableException;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.LoadOptions;
import io.pitlane.formats.ModelExports;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ImageModel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Checks an export before it is delivered: its engine runs it on test images, and every output is
 * compared with that of the graph in TensorFlow. Where one differs, the graph is exported a second
 * time with its layers as outputs, to find the first that does.
 */
final class ExportCheck {
    /** Test images that are compared, evenly spaced over the test set. */
    static final int IMAGES = 64;

    private static final int BATCH = 4;
    private static final FloatTensor MISSING = new FloatTensor(new float[0], 0);

    /** Fewer where all layers are outputs, one at a time. */
    private static final int LAYER_IMAGES = 8;

    private final Exporter exporter;
    private final FlatGraph graph;
    private final TestData data;
    private final LoadOptions options;
    private final Path scratch;

    /**
     * A check of one graph's exports.
     *
     * @param exporter makes the exports
     * @param scratch folder for temporary files
     */
    ExportCheck(Exporter exporter, FlatGraph graph, TestData data, Plan plan, Path scratch) {
        this.exporter = exporter;
        this.graph = graph;
        this.data = data;
        this.options = LoadOptions.of(plan.signature(), plan.input());
        this.scratch = scratch;
    }

    /** Checks an export. */
    CheckResult of(ModelFormat format, Path export) {
        var engine = format.engine();
        try {
            var errors = errors(engine, export);
            var worst = worst(errors);
            return errors.get(worst).isWithinBound()
                    ? new CheckResult(true, agreement(engine, errors.get(worst)))
                    : new CheckResult(false, difference(engine, worst, errors.get(worst)));
        } catch (EngineUnavailableException e) {
            return new CheckResult(true, "unchecked, since " + e.getMessage());
        } catch (FailureException | IllegalStateException e) {
            return new CheckResult(false, engine.title() + " does not run it: " + e.getMessage());
        }
    }

    /** Of int8, what outputs are selected from stands for the outputs. */
    private Map<String, OutputError> errors(Engine engine, Path export) {
        var errors = compare(graph, engine, export, IMAGES, BATCH);
        if (precision(engine, graph) == Precision.INT8) {
            SelectionInputs.asOutputs(graph)
                    .ifPresent(
                            from -> {
                                errors.keySet().removeAll(SelectionInputs.outputsBehind(graph));
                                var path = exported(from, engine, "selected-from-");
                                errors.putAll(compare(from, engine, path, IMAGES, BATCH));
                            });
        }
        return errors;
    }

    /** Perhaps nothing is quantized before some tensor, and there is no export in int8. */
    private Path exported(FlatGraph part, Engine engine, String prefix) {
        var format = ModelFormat.of(engine);
        var path = scratch.resolve(prefix + format.fileName());
        exporter.of(format, part, precision(engine, part)).write(path, ExportMetadata.of(Map.of()));
        return path;
    }

    private static Precision precision(Engine engine, FlatGraph graph) {
        return ModelExports.precisionOf(ModelFormat.of(engine), graph);
    }

    private static String agreement(Engine engine, OutputError error) {
        return "run by %s, its outputs are those of the candidate's graph within %s"
                .formatted(engine.title(), figure(error));
    }

    private String difference(Engine engine, String output, OutputError error) {
        return "run by %s, its output '%s' differs from that of the candidate's graph by %s, more than %s; %s"
                .formatted(
                        engine.title(), output, figure(error), error.bound(), firstLayer(engine));
    }

    private static String worst(Map<String, OutputError> errors) {
        return errors.entrySet().stream()
                .max(Comparator.comparingDouble(e -> e.getValue().value() / e.getValue().bound()))
                .orElseThrow()
                .getKey();
    }

    private static String figure(OutputError error) {
        return String.format(Locale.ROOT, "%.1e", error.value());
    }

    private String firstLayer(Engine engine) {
        try {
            for (var layers : LayerOutputs.of(graph)) {
                var first = firstDifferent(layers, engine);
                if (first.isPresent()) {
                    return "the first layer that differs is " + first.get();
                }
            }
            return "no layer differs where each is an output: the fusion of layers is wrong";
        } catch (FailureException | IllegalStateException e) {
            return "its layers cannot be compared one by one: " + e.getMessage();
        }
    }

    private Optional<String> firstDifferent(FlatGraph layers, Engine engine) {
        var path = exported(layers, engine, "layers-");
        var errors = compare(layers, engine, path, LAYER_IMAGES, 1);
        return layers.signature().outputs().stream()
                .filter(port -> !errors.get(port.name()).isWithinBound())
                .findFirst()
                .map(port -> described(port, errors));
    }

    private static String described(Port port, Map<String, OutputError> errors) {
        return "'%s', by %s".formatted(port.tensor().node(), figure(errors.get(port.name())));
    }

    /** The errors of all numeric outputs, in the order of the signature. */
    private Map<String, OutputError> compare(
            FlatGraph exported, Engine engine, Path export, int images, int batchSize) {
        var expected = ModelExports.computed(ModelFormat.of(engine), exported);
        var precision = precision(engine, exported);
        try (var model = InferenceEngine.of(engine).load(export, options);
                var reference = GraphSession.open(expected, data.input())) {
            var errors = new LinkedHashMap<String, OutputError>();
            for (var batch : batches(reference, images, batchSize)) {
                add(batch, reference, model, precision, errors);
            }
            return errors;
        }
    }

    private void add(
            int[] images,
            GraphSession reference,
            ImageModel model,
            Precision precision,
            Map<String, OutputError> errors) {
        var expected =
                reference.predict(preprocessor(reference).batch(data.images(), images)).byName();
        var actual = model.predict(preprocessor(model).batch(data.images(), images)).byName();
        for (var port : reference.signature().outputs()) {
            var values = expected.get(port.name());
            if (values != null) {
                errors.computeIfAbsent(port.name(), any -> new OutputError(port, precision))
                        .add(values, actual.getOrDefault(port.name(), MISSING));
            }
        }
    }

    private Preprocessor preprocessor(ImageModel model) {
        return Preprocessor.of(data.input(), model.input(), data.images());
    }

    /** Positions of images in the test set, batch by batch; a fixed batch may repeat some. */
    private List<int[]> batches(ImageModel model, int images, int batchSize) {
        int all = data.images().size();
        int count = Math.min(images, all);
        int size = preprocessor(model).fixedBatch().orElse(Math.min(batchSize, count));
        int batches = (count + size - 1) / size;
        return IntStream.range(0, batches)
                .mapToObj(
                        b ->
                                IntStream.range(b * size, (b + 1) * size)
                                        .map(i -> (int) ((long) (i % count) * all / count))
                                        .toArray())
                .toList();
    }
}
