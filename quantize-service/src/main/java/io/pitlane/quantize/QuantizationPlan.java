package io.pitlane.quantize;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedActivation;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import io.pitlane.graph.quantization.GridOperations;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorflow.proto.NodeDef;

/**
 * Which tensors of a float graph are quantized, for given int8 layers: their inputs; their outputs,
 * but those of dense layers that float operations read; and the sums of two quantized tensors.
 */
final class QuantizationPlan {
    private final FlatGraph graph;
    private final List<FusedLayer> layers;
    private final Map<String, FusedLayer> layersByEnd = new HashMap<>();
    private final Set<TensorRef> onGrid = new HashSet<>();
    private final Map<String, QuantizedSum> sumsByEnd = new LinkedHashMap<>();
    private final Set<TensorRef> read = new HashSet<>();
    private final Set<TensorRef> wide = new HashSet<>();

    /** A plan for a graph in which these layers run in int8. */
    QuantizationPlan(FlatGraph graph, List<FusedLayer> layers) {
        this(graph, layers, Set.of());
    }

    /**
     * A plan in which some of the layers have activations of 16 bits.
     *
     * @param int16 names of layers; those that are not among the layers do not count
     */
    QuantizationPlan(FlatGraph graph, List<FusedLayer> layers, Set<String> int16) {
        this.graph = graph;
        this.layers = List.copyOf(layers);
        layers.forEach(layer -> layersByEnd.put(layer.output().node(), layer));
        layers.forEach(layer -> read.add(layer.input()));
        graph.nodes().forEach(this::visit);
        layers.stream()
                .filter(layer -> int16.contains(layer.name()))
                .flatMap(layer -> Stream.of(layer.input(), layer.output()))
                .forEach(this::widen);
        sumsByEnd.values().stream()
                .filter(sum -> wide.containsAll(sum.addends()))
                .forEach(sum -> wide.add(sum.output()));
    }

    /** Gives a tensor, and what it is pooled and moved from, 16 bits. */
    private void widen(TensorRef tensor) {
        wide.add(tensor);
        var node = graph.node(tensor.node());
        if (onGrid.contains(tensor) && GridOperations.contains(node)) {
            widen(TensorRef.parse(node.getInput(0)));
        }
    }

    private void visit(NodeDef node) {
        var tensor = TensorRef.of(node.getName());
        var layer = layersByEnd.get(node.getName());
        if (layer != null) {
            if (hasQuantizedOutput(layer)) {
                onGrid.add(tensor);
            }
        } else if (GridOperations.contains(node)) {
            if (onGrid.contains(TensorRef.parse(node.getInput(0)))) {
                onGrid.add(tensor);
            }
        } else {
            sum(node).ifPresent(this::add);
        }
    }

    private void add(QuantizedSum sum) {
        sumsByEnd.put(sum.output().node(), sum);
        onGrid.add(sum.output());
        read.addAll(sum.addends());
    }

    private Optional<QuantizedSum> sum(NodeDef node) {
        if (Operations.of(node).kind() != Kind.ADDITION || node.getInputCount() != 2) {
            return Optional.empty();
        }
        var addends = node.getInputList().stream().map(TensorRef::parse).toList();
        if (!onGrid.containsAll(addends)) {
            return Optional.empty();
        }
        var next = graph.onlyConsumer(node.getName());
        var activation = next.flatMap(FusedActivation::of);
        var end = activation.isPresent() ? next.get() : node;
        return activation.isEmpty() && graph.isOutput(end.getName())
                ? Optional.empty()
                : Optional.of(
                        new QuantizedSum(
                                addends,
                                activation.orElse(FusedActivation.NONE),
                                TensorRef.of(end.getName())));
    }

    /** The int8 layers, in the graph's order. */
    List<FusedLayer> layers() {
        return layers;
    }

    /** The layer that ends with this node. */
    Optional<FusedLayer> layerEndingAt(NodeDef node) {
        return Optional.ofNullable(layersByEnd.get(node.getName()));
    }

    /** The sum that ends with this node. */
    Optional<QuantizedSum> sumEndingAt(NodeDef node) {
        return Optional.ofNullable(sumsByEnd.get(node.getName()));
    }

    /**
     * Whether a layer's output is quantized: always that of a convolution, and that of a dense
     * layer which int8 layers only read; for others it stays float, which avoids a rounding.
     */
    boolean hasQuantizedOutput(FusedLayer layer) {
        return layer.convolution() || feedsInt8Only(layer.output());
    }

    private boolean feedsInt8Only(TensorRef tensor) {
        long int8Uses = layers.stream().filter(layer -> layer.input().equals(tensor)).count();
        return !graph.isOutput(tensor.node()) && int8Uses == graph.uses(tensor.node()).size();
    }

    /** Whether a layer or a sum reads the integers of a tensor, directly or pooled and moved. */
    boolean isRead(TensorRef tensor) {
        return read.contains(tensor)
                || graph.uses(tensor.node()).stream()
                        .map(FlatGraph.Use::consumer)
                        .filter(GridOperations::contains)
                        .anyMatch(moved -> isRead(TensorRef.of(moved.getName())));
    }

    /** Whether the values of a tensor are those of integers, as its consumers read them. */
    boolean isOnGrid(TensorRef tensor) {
        return onGrid.contains(tensor);
    }

    /**
     * Whether a quantized tensor has 16 bits: a layer with such activations reads or computes it.
     */
    boolean hasInt16(TensorRef tensor) {
        return wide.contains(tensor);
    }

    /** The tensors whose ranges are needed. */
    Set<TensorRef> tensorsToCalibrate() {
        var tensors = new LinkedHashSet<TensorRef>();
        layers.stream()
                .flatMap(layer -> Stream.of(layer.input(), layer.output()))
                .forEach(tensors::add);
        sumsByEnd.values().forEach(sum -> tensors.add(sum.output()));
        return tensors;
    }
}
