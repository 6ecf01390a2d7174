package io.pitlane.analysis.reconstruction;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.finding.ReconstructionResult.LayerError;
import io.pitlane.contract.pruning.Reconstruction;
import io.pitlane.contract.pruning.Reconstruction.Method;
import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.ChannelPruning;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjDoubleConsumer;
import org.tensorflow.proto.NodeDef;

/**
 * Gives the layers of a cut model the outputs that they had, without training and without labels.
 *
 * <ol>
 *   <li>The layers that lost inputs, or whose inputs changed, are taken in the order of the graph.
 *   <li>Each gets the weights and the bias with the least squared error of its former outputs, from
 *       the inputs that it gets now, behind the layers that are restored already (He et al. 2017,
 *       "Channel Pruning for Accelerating Very Deep Neural Networks", section 3.2; Luo et al. 2017,
 *       "ThiNet", section 3.2). Images whose class the model is less sure of {@linkplain
 *       ImageWeights weigh more}.
 *   <li>The running mean and variance of every batch norm behind a changed layer become those of
 *       the cut model, layer by layer.
 * </ol>
 */
public final class ModelReconstruction {
    /** As many layers are computed again for each of them. */
    private static final int STEPS_OF_A_PASS = 3;

    /** The equations of a layer take at most one part in so many: there are several copies. */
    private static final int SHARE_OF_HEAP = 10;

    private final Reconstruction options;
    private final InputSpec input;
    private final Iterable<FloatTensor> batches;
    private final int samples;
    private final ImageWeights weights;
    private final long seed;
    private final Path folder;
    private final ObjDoubleConsumer<String> progress;

    /**
     * A reconstruction.
     *
     * @param input which of several inputs takes the images
     * @param batches images, as the model takes them, the same ones each time
     * @param samples number of images
     * @param weights of the images
     * @param seed of the positions that the equations are made of
     * @param folder for a file of activations, which is deleted in the end
     * @param progress what was done, and share of the work, 0..1
     */
    public ModelReconstruction(
            Reconstruction options,
            InputSpec input,
            Iterable<FloatTensor> batches,
            int samples,
            ImageWeights weights,
            long seed,
            Path folder,
            ObjDoubleConsumer<String> progress) {
        this.options = options;
        this.input = input;
        this.batches = batches;
        this.samples = samples;
        this.weights = weights;
        this.seed = seed;
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * A restored model.
     *
     * @param graph the model
     * @param layers the layers with new weights, in the order of the graph
     * @param batchNorms number of batch norms with new statistics
     * @param leftOut layers that could not be restored, with the reason
     */
    public record Restored(
            FlatGraph graph, List<LayerError> layers, int batchNorms, List<String> leftOut) {}

    /** Restores a model. */
    public Restored apply(ChannelPruning.Pruned pruned) {
        try (var session = new MatrixSession();
                var run = new Run(pruned, session)) {
            return run.restored();
        }
    }

    /** The reconstruction of one model. */
    private final class Run implements AutoCloseable {
        private final CutLayers cut;
        private final MatrixSession session;
        private final Map<String, CutLayer> layers;
        private final Map<String, NodeDef> batchNorms;
        private final FormerOutputCache former;
        private final ModelPasses passes;
        private final ModelPasses passesBefore;
        private final List<LayerError> errors = new ArrayList<>();
        private FlatGraph graph;

        Run(ChannelPruning.Pruned pruned, MatrixSession session) {
            this.cut = CutLayers.of(pruned, MemoryBudget.ofProcess().heap() / SHARE_OF_HEAP);
            this.session = session;
            this.graph = pruned.graph();
            this.layers = layersByName();
            this.batchNorms = batchNormsByName();
            this.passes = new ModelPasses(input, batches, folder);
            this.passesBefore = new ModelPasses(input, batches, folder);
            this.former =
                    new FormerOutputCache(
                            pruned.before(),
                            passesBefore,
                            List.copyOf(layers.values()),
                            samples,
                            seed);
        }

        private Map<String, CutLayer> layersByName() {
            var byName = new LinkedHashMap<String, CutLayer>();
            if (options.method() == Method.LEAST_SQUARES) {
                cut.layers().forEach(layer -> byName.put(layer.name(), layer));
            }
            return byName;
        }

        /** The batch norms but those directly behind a layer, whose samples tell the statistics. */
        private Map<String, NodeDef> batchNormsByName() {
            var byName = new LinkedHashMap<String, NodeDef>();
            if (options.batchNorm()) {
                cut.batchNorms().forEach(norm -> byName.put(norm.getName(), norm));
                layers.values().stream()
                        .flatMap(layer -> layer.batchNorm().stream())
                        .forEach(norm -> byName.remove(norm.getName()));
            }
            return byName;
        }

        @Override
        public void close() {
            passes.close();
            passesBefore.close();
        }

        Restored restored() {
            int steps = layers.size() + batchNorms.size();
            int done = 0;
            for (var node : graph.nodes()) {
                var name = node.getName();
                boolean isStep = layers.containsKey(name) || batchNorms.containsKey(name);
                if (isStep && done > 0 && done % STEPS_OF_A_PASS == 0) {
                    passes.advance(graph, name);
                }
                if (layers.containsKey(name)) {
                    restore(layers.get(name));
                } else if (batchNorms.containsKey(name)) {
                    estimate(node);
                } else {
                    continue;
                }
                done++;
                progress.accept(
                        "restored %d of %d layers".formatted(done, steps), (double) done / steps);
            }
            int estimated = options.batchNorm() ? cut.batchNorms().size() : 0;
            return new Restored(graph, errors, estimated, cut.leftOut());
        }

        private void restore(CutLayer layer) {
            var outputs = former.of(layer);
            var samples =
                    new LayerSampling(
                            layer, graph, outputs, weights(layer), session, hasIntercept(layer));
            passes.fetch(graph, List.of(layer.input()), (tensor, values) -> samples.add(values));
            var solution = samples.solve(options.ridge());
            errors.add(new LayerError(layer.name(), solution.errorBefore(), solution.errorAfter()));
            graph = samples.applied(graph, solution, options.batchNorm());
        }

        /** The statistics of a batch norm are those of all images alike. */
        private ImageWeights weights(CutLayer layer) {
            boolean givesStatistics = options.batchNorm() && layer.batchNorm().isPresent();
            return givesStatistics ? ImageWeights.EQUAL : weights;
        }

        private boolean hasIntercept(CutLayer layer) {
            return layer.bias().isPresent() || options.batchNorm() && layer.batchNorm().isPresent();
        }

        private void estimate(NodeDef batchNorm) {
            var statistics = new BatchNormStatistics(batchNorm);
            passes.fetch(
                    graph,
                    List.of(BatchNormStatistics.input(batchNorm)),
                    (tensor, values) -> statistics.add(values));
            graph = statistics.into(graph, batchNorm);
        }
    }
}
