package io.pitlane.analysis.reconstruction;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.dependency.WeightSlice;
import io.pitlane.graph.operation.KernelLayout;
import io.pitlane.graph.operation.LayerKernel;
import io.pitlane.graph.operation.Operation;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import io.pitlane.training.weights.BatchNorms;
import io.pitlane.training.weights.SparsityMasks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/**
 * What a cut changed: the layers whose outputs are no longer what they were, because they lost
 * inputs or read changed ones, and the batch norms behind them. A layer that lost outputs alone is
 * not among them: the outputs that are left are as before.
 */
final class CutLayers {
    private final ChannelPruning.Pruned pruned;
    private final FlatGraph cut;
    private final Set<String> adjustable;
    private final Set<String> sparse;
    private final Set<String> changed = new HashSet<>();
    private final List<CutLayer> layers = new ArrayList<>();
    private final List<NodeDef> batchNorms = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();
    private final long bytes;

    private CutLayers(ChannelPruning.Pruned pruned, long bytes) {
        this.bytes = bytes;
        this.pruned = pruned;
        this.cut = pruned.graph();
        this.adjustable =
                BatchNorms.of(cut).stream().map(NodeDef::getName).collect(Collectors.toSet());
        this.sparse = SparsityMasks.of(cut).keySet();
    }

    /**
     * What a cut changed.
     *
     * @param bytes the most that the equations of a layer may take
     */
    static CutLayers of(ChannelPruning.Pruned pruned, long bytes) {
        var layers = new CutLayers(pruned, bytes);
        pruned.graph().nodes().forEach(layers::visit);
        return layers;
    }

    /** The layers that can be restored, in the order of the graph. */
    List<CutLayer> layers() {
        return List.copyOf(layers);
    }

    /** The batch norms of changed tensors whose statistics can be estimated anew, likewise. */
    List<NodeDef> batchNorms() {
        return List.copyOf(batchNorms);
    }

    /** Changed layers that cannot be restored, each with its reason. */
    List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    private void visit(NodeDef node) {
        boolean readsChanged =
                node.getInputList().stream()
                        .anyMatch(input -> changed.contains(TensorRef.parse(input).node()));
        var kernel = LayerKernel.of(cut, node);
        boolean isChanged = readsChanged || kernel.filter(this::lostWeights).isPresent();
        if (!isChanged) {
            return;
        }
        changed.add(node.getName());
        if (adjustable.contains(node.getName())) {
            batchNorms.add(node);
        }
        kernel.ifPresent(
                layer ->
                        obstacle(layer)
                                .ifPresentOrElse(
                                        reason -> leftOut.add(node.getName() + ": " + reason),
                                        () -> layers.add(layer(layer))));
    }

    /** Whether the outputs that are left have fewer or other weights than before. */
    private boolean lostWeights(LayerKernel kernel) {
        var before = FloatTensor.of(pruned.before().node(kernel.name()));
        int axis = outputAxis(kernel);
        var kept = axis < 0 ? before : before.select(axis, kept(kernel.name(), axis));
        return !kept.equals(kernel.values());
    }

    private Optional<String> obstacle(LayerKernel kernel) {
        var node = kernel.layer();
        var layout = Operations.of(node).kernel().orElseThrow();
        boolean isMatrix = layout == KernelLayout.MATRIX;
        if (!isMatrix && !layout.isConvolution()
                || kernel.rank() != (isMatrix ? 2 : 4)
                || kernel.slot() != 1
                || KernelLayout.isTransposed(node, 0)) {
            return Optional.of("reconstruction does not support this " + node.getOp());
        }
        if (!Attributes.of(node).channelsLast()) {
            return Optional.of("its channels are not the last axis");
        }
        if (!cut.input(node, 1).getName().equals(kernel.name())
                || cut.uses(kernel.name()).size() != 1) {
            return Optional.of("its kernel has other uses");
        }
        if (equations(kernel) > bytes) {
            return Optional.of(
                    "its equations take %d MB, more than a tenth of the Java heap"
                            .formatted(equations(kernel) >> 20));
        }
        if (sparse.contains(kernel.name())) {
            return Optional.of("weights that an earlier step removed stay zero");
        }
        return Optional.empty();
    }

    /** Bytes of the equations: one number for each pair of inputs of an output. */
    private static long equations(LayerKernel kernel) {
        var weights = kernel.values();
        boolean isDepthwise = Operations.of(kernel.layer()).isDepthwise();
        int axis = outputAxis(kernel);
        long groups = isDepthwise ? weights.shape()[axis] : 1;
        long outputs = isDepthwise ? weights.shape()[3] * groups : weights.shape()[axis];
        long inputs = weights.values().length / outputs;
        return Double.BYTES * groups * inputs * inputs;
    }

    private CutLayer layer(LayerKernel kernel) {
        var node = kernel.layer();
        var operation = Operations.of(node);
        var bias = cut.onlyConsumer(node.getName()).filter(this::isOwnBias);
        var last = bias.map(NodeDef::getName).orElse(node.getName());
        return new CutLayer(
                node,
                TensorRef.parse(node.getInput(operation.featureSlot())),
                kernel.name(),
                keptOutputs(kernel, operation),
                bias.map(add -> cut.input(add, 1).getName()),
                cut.onlyConsumer(last)
                        .filter(next -> adjustable.contains(next.getName()))
                        .filter(next -> TensorRef.parse(next.getInput(0)).node().equals(last)));
    }

    private boolean isOwnBias(NodeDef node) {
        return Operations.of(node).kind() == Kind.BIAS
                && FloatTensor.isFloatConst(cut.input(node, 1))
                && cut.uses(cut.input(node, 1).getName()).size() == 1;
    }

    private int[] keptOutputs(LayerKernel kernel, Operation operation) {
        var kept = kept(kernel.name(), outputAxis(kernel));
        if (!operation.isDepthwise()) {
            return kept;
        }
        int multiplier = (int) kernel.values().shape()[3];
        return Arrays.stream(kept)
                .flatMap(c -> IntStream.range(c * multiplier, (c + 1) * multiplier))
                .toArray();
    }

    /** The axis that indexes the outputs, or the channels of a depthwise layer; or below 0. */
    private static int outputAxis(LayerKernel kernel) {
        var operation = Operations.of(kernel.layer());
        return operation.isDepthwise()
                ? kernel.rank() - 2
                : operation
                        .kernel()
                        .orElseThrow()
                        .outputAxis(kernel.layer(), kernel.slot(), kernel.rank())
                        .orElse(-1);
    }

    /** The positions along an axis of a weight of the model before that the cut left. */
    private int[] kept(String constant, int axis) {
        return pruned.dependencies().slices().stream()
                .filter(slice -> slice.constant().equals(constant))
                .map(WeightSlice::channels)
                .filter(channels -> channels.axis() == axis)
                .findFirst()
                .map(channels -> kept(channels.ids()))
                .orElseGet(() -> all(constant, axis));
    }

    private int[] kept(int[] ids) {
        var dependencies = pruned.dependencies();
        return IntStream.range(0, ids.length)
                .filter(at -> !pruned.removed().contains(dependencies.root(ids[at])))
                .toArray();
    }

    private int[] all(String constant, int axis) {
        var shape = FloatTensor.of(pruned.before().node(constant)).shape();
        return IntStream.range(0, (int) shape[axis]).toArray();
    }
}
