package io.pitlane.prune.latency;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.engines.EngineUnavailableException;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.Processor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.FilterSaliency;
import io.pitlane.graph.channels.VectorUnsharing;
import io.pitlane.graph.channels.allocation.ChannelLimits;
import io.pitlane.graph.channels.allocation.CostModel;
import io.pitlane.graph.channels.allocation.RatioAllocation;
import io.pitlane.graph.channels.allocation.WeightAxes;
import io.pitlane.graph.channels.dependency.Channels;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.footprint.LayerFootprint;
import io.pitlane.graph.operation.LayerKernel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.tensorflow.proto.NodeDef;

/**
 * The latency of one call with one image, as a sum over layers that a curve turns into
 * milliseconds.
 *
 * <ol>
 *   <li>Each layer is measured alone for some numbers of channels; a {@link LatencyTable} remembers
 *       the figures. Layers of other kinds count by their multiply-accumulates, at the rate of
 *       those that are measured.
 *   <li>The sum is not the latency of the model: there are the call itself, other operations, and
 *       caches that are warm or cold. The model and a smaller one, without a part of the channels
 *       of every layer, are measured as a whole, and a {@link LatencyCorrection} through both gives
 *       every other prediction. It rises with the sum, so that a limit of the latency is one of the
 *       sum.
 * </ol>
 */
public final class LatencyCost implements CostModel {
    private static final String FOLDER = "pitlane.latency.folder";
    private static final double LAYER_SECONDS = 0.02;
    private static final double MODEL_SECONDS = 2;

    /** Share of the channels that the smaller model lacks: few powers of two are left. */
    private static final double SMALLER = 0.45;

    private final LatencyTable table;
    private final Function<List<FlatGraph>, double[]> timer;
    private final Map<String, long[]> sizes;
    private final int unit;
    private Optional<LatencyCorrection> correction = Optional.empty();

    /**
     * The latency of models on one engine.
     *
     * @param timer milliseconds of a call of each of some whole models
     * @param sizes dimensions by the names of inputs that take any size, one image a batch
     * @param unit layers keep multiples of this number of channels
     */
    LatencyCost(
            LatencyTable table,
            Function<List<FlatGraph>, double[]> timer,
            Map<String, long[]> sizes,
            int unit) {
        this.table = table;
        this.timer = timer;
        this.sizes = sizes;
        this.unit = unit;
    }

    /**
     * The latency of models on an engine of this machine, with as many threads as the plan measures
     * first. What was measured before is in the folder of the system property {@value #FOLDER}, or
     * else in {@code ~/.cache/pitlane/latency}.
     *
     * @param unit layers keep multiples of this number of channels; 1 for any number
     * @param images one of which the models are called with
     * @param scratch an existing folder
     * @param progress told how many layers were measured
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT where the engine is
     *     missing
     */
    public static LatencyCost on(
            Engine engine,
            Plan plan,
            int unit,
            TrainingImages images,
            Path scratch,
            Consumer<String> progress) {
        int threads = plan.bench().threads().get(0);
        var timer = new EngineTimer(engine, plan.input(), threads, scratch, LAYER_SECONDS);
        var wholes = new EngineTimer(engine, plan.input(), threads, scratch, MODEL_SECONDS);
        var image = images.input().batch(images.all(), new int[] {0});
        var identity =
                new LatencyTable.Identity(
                        Processor.ofMachine().name(), engine, version(engine), threads);
        var table =
                new LatencyTable(
                        identity,
                        folder(),
                        workload -> {
                            progress.accept("measuring " + workload.key());
                            return timer.millis(workload);
                        });
        return new LatencyCost(table, graphs -> wholes.millis(graphs, image), images.shape(), unit);
    }

    private static Path folder() {
        var given = System.getProperty(FOLDER);
        return given == null
                ? Path.of(System.getProperty("user.home"), ".cache", "pitlane", "latency")
                : Path.of(given);
    }

    private static String version(Engine engine) {
        try {
            return InferenceEngine.of(engine).version();
        } catch (EngineUnavailableException e) {
            throw invalidInput(
                    "prune.target.engine: %s is missing on this machine (%s)."
                            .formatted(engine.title(), e.reason()),
                    "Name another engine, or use target.macs.");
        }
    }

    /** The sum over the layers of a model before any cut. */
    public double before(FlatGraph shared) {
        var graph = VectorUnsharing.apply(shared);
        var dependencies = DependencyGraph.of(graph);
        return sum(parts(graph, dependencies), dependencies, Set.of());
    }

    /**
     * Milliseconds of a call, as predicted.
     *
     * @param sum over the layers; {@link #parts} has been called
     */
    public double millis(double sum) {
        return correction.orElseThrow().millis(sum);
    }

    /** The sum over the layers with which a call takes that long; the inverse. */
    public double sum(double millis) {
        return correction.orElseThrow().sum(millis);
    }

    /** Milliseconds of a call of a model, measured. */
    public double measure(FlatGraph graph) {
        return measure(List.of(graph))[0];
    }

    /** Milliseconds of a call of each of some models, measured side by side. */
    public double[] measure(List<FlatGraph> graphs) {
        return timer.apply(graphs);
    }

    /**
     * The layers of a model, each alone. Measures what is not in the table, which takes minutes for
     * a large model.
     */
    @Override
    public List<Part> parts(FlatGraph graph, DependencyGraph dependencies) {
        var layers = layers(graph, dependencies);
        if (correction.isEmpty()) {
            correction = Optional.of(correction(graph, layers));
            table.save();
        }
        return layers;
    }

    private LatencyCorrection correction(FlatGraph graph, List<Part> layers) {
        var limits = new ChannelLimits(1, unit, Set.of());
        var smaller =
                new ChannelPruning(
                                FilterSaliency.L1.with(ChannelScores.DEFAULT),
                                new RatioAllocation(group -> SMALLER, limits))
                        .prune(graph);
        return LatencyCorrection.of(
                new double[] {
                    sum(layers, smaller.dependencies(), Set.of()),
                    sum(layers, smaller.dependencies(), smaller.removed())
                },
                timer.apply(List.of(graph, smaller.graph())));
    }

    private static double sum(
            List<Part> layers, DependencyGraph dependencies, Set<Integer> removed) {
        return layers.stream()
                .mapToDouble(
                        layer ->
                                layer.cost()
                                        .applyAsDouble(left(layer.axes(), dependencies, removed)))
                .sum();
    }

    private static int[] left(
            List<Channels> axes, DependencyGraph dependencies, Set<Integer> removed) {
        return axes.stream()
                .mapToInt(
                        axis ->
                                (int)
                                        Arrays.stream(axis.ids())
                                                .filter(
                                                        id ->
                                                                !removed.contains(
                                                                        dependencies.root(id)))
                                                .count())
                .toArray();
    }

    /** Milliseconds of a call of a model without some of its channels, as predicted. */
    public double predict(FlatGraph graph, DependencyGraph dependencies, Set<Integer> removed) {
        return millis(sum(parts(graph, dependencies), dependencies, removed));
    }

    private List<Part> layers(FlatGraph graph, DependencyGraph dependencies) {
        var shapes = InferredShapes.of(forOneImage(graph));
        var axes = new WeightAxes(graph, dependencies);
        var measured = new ArrayList<Part>();
        for (var node : graph.nodes()) {
            workload(graph, node, shapes)
                    .map(workload -> part(node, workload, axes.of(node)))
                    .ifPresent(measured::add);
        }
        var names = measured.stream().map(Part::name).collect(Collectors.toSet());
        var layers = Footprint.of(graph, sizes).layers();
        double macs =
                layers.stream()
                        .filter(layer -> names.contains(layer.name()))
                        .mapToLong(LayerFootprint::macs)
                        .sum();
        double each = measured.stream().mapToDouble(Part::uncut).sum() / Math.max(1, macs);
        layers.stream()
                .filter(layer -> layer.macs() > 0 && !names.contains(layer.name()))
                .forEach(
                        layer ->
                                measured.add(
                                        Part.product(
                                                layer.name(),
                                                axes.of(graph.node(layer.name())),
                                                layer.macs() * each)));
        return measured;
    }

    private static Optional<LayerWorkload> workload(
            FlatGraph graph, NodeDef node, InferredShapes shapes) {
        return LayerKernel.of(graph, node)
                .flatMap(
                        kernel -> {
                            var input = shapes.of(TensorRef.parse(node.getInput(0)));
                            return input.isUnknown() || input.hasUnknownDimension()
                                    ? Optional.empty()
                                    : LayerWorkload.of(kernel, input.asArray());
                        });
    }

    private Part part(NodeDef node, LayerWorkload workload, List<Channels> axes) {
        var sizes = axes.stream().mapToInt(Channels::length).toArray();
        ToDoubleFunction<int[]> measured =
                channels -> table.millis(sized(workload, axes, channels));
        return unit == 1
                ? new Part(node.getName(), axes, LatencyGrid.of(sizes, unit, measured)::at)
                : new Part(node.getName(), axes, LatencyFit.of(sizes, unit, measured)::at);
    }

    private static LayerWorkload sized(
            LayerWorkload workload, List<Channels> axes, int[] channels) {
        var sized = workload;
        for (int i = 0; i < channels.length; i++) {
            sized = sized.with(axes.get(i).axis(), channels[i]);
        }
        return sized;
    }

    private FlatGraph forOneImage(FlatGraph graph) {
        var edit = graph.edit();
        for (var input : graph.signature().inputs()) {
            if (input.shape() != null && !input.shape().isEmpty()) {
                var node = graph.node(input.tensor().node());
                var own = input.shape().stream().mapToLong(Long::longValue).toArray();
                var fixed = sizes.getOrDefault(input.name(), own).clone();
                fixed[0] = Math.max(1, own[0]);
                edit.put(
                        NodeBuilder.of(node.getOp(), node.getName())
                                .attrsOf(node)
                                .shape("shape", fixed)
                                .build());
            }
        }
        return edit.build();
    }
}
