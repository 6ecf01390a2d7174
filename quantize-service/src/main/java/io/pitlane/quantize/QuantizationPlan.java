package io.pitlane.quantize;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedActivation;
import io.pitlane.graph.fusion.FusedLayer;
import io.pitlane.graph.quantization.GridOperations;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.tensorflow.proto.NodeDef;

/**
 * Which tensors of a float graph are quantized, for given int8 layers: their inputs; their outputs,
 * but those of dense layers that float operations read; and the inputs and outputs of the {@link
 * QuantizedOperation}s between them.
 *
 * <p>An operation is quantized where one of its inputs is, and its output is read in integers.
 * Rounding what only float operations read would gain nothing. A sum of convolutions is quantized
 * even then: kernels compute it along with one of them. Of the operations that read or give 16
 * bits, only sums are quantized.
 */
final class QuantizationPlan {
    private final FlatGraph graph;
    private final List<FusedLayer> layers;
    private final Predicate<TensorRef> quantizable;
    private final Map<String, FusedLayer> layersByEnd = new HashMap<>();
    private final Set<TensorRef> layerInputs = new HashSet<>();

    /** Nodes of operations that turned out to be better left float. */
    private final Set<String> floatOperations = new HashSet<>();

    /** Dense layers whose output is better left float. */
    private final Set<String> floatOutputs = new HashSet<>();

    private final Set<TensorRef> onGrid = new HashSet<>();
    private final Set<TensorRef> wide = new HashSet<>();
    private final Map<String, QuantizedOperation> operationsByEnd = new LinkedHashMap<>();

    /** The operations that could be quantized. */
    private final Map<String, QuantizedOperation> candidates;

    /**
     * A plan for a graph in which these layers run in int8.
     *
     * @param quantizable whether a tensor that no int8 layer reads or gives can be quantized
     */
    QuantizationPlan(FlatGraph graph, List<FusedLayer> layers, Predicate<TensorRef> quantizable) {
        this(graph, layers, quantizable, Set.of());
    }

    /**
     * A plan in which some of the layers have activations of 16 bits.
     *
     * @param int16 names of layers; those that are not among the layers do not count
     */
    QuantizationPlan(
            FlatGraph graph,
            List<FusedLayer> layers,
            Predicate<TensorRef> quantizable,
            Set<String> int16) {
        this.graph = graph;
        this.layers = List.copyOf(layers);
        this.quantizable = quantizable;
        this.candidates = QuantizedOperation.of(graph);
        layers.forEach(layer -> layersByEnd.put(layer.output().node(), layer));
        layers.forEach(layer -> layerInputs.add(layer.input()));
        do {
            onGrid.clear();
            operationsByEnd.clear();
            graph.nodes().forEach(this::visit);
            widen(int16);
        } while (leaveFloat());
    }

    private void widen(Set<String> int16) {
        wide.clear();
        layers.stream()
                .filter(layer -> int16.contains(layer.name()))
                .flatMap(layer -> Stream.of(layer.input(), layer.output()))
                .forEach(this::widen);
        operationsByEnd.values().stream()
                .filter(operation -> operation.isSum() && wide.containsAll(operation.inputs()))
                .forEach(operation -> wide.add(operation.output()));
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
        } else if (!floatOperations.contains(node.getName())) {
            Optional.ofNullable(candidates.get(node.getName()))
                    .filter(this::isQuantized)
                    .ifPresent(this::add);
        }
    }

    private void add(QuantizedOperation operation) {
        operationsByEnd.put(operation.output().node(), operation);
        onGrid.add(operation.output());
    }

    private boolean isQuantized(QuantizedOperation operation) {
        boolean isOutput =
                operation.activation() == FusedActivation.NONE
                        && graph.isOutput(operation.output().node());
        return !isOutput
                && operation.inputs().stream().anyMatch(onGrid::contains)
                && operation.inputs().stream().allMatch(t -> isOnGrid(t) || quantizable.test(t))
                && quantizable.test(operation.output());
    }

    /**
     * Leaves what nothing reads in integers float, and what but a sum has 16 bits; whether there
     * was any.
     */
    private boolean leaveFloat() {
        var operations =
                operationsByEnd.values().stream()
                        .filter(
                                operation ->
                                        !isSumOfConvolutions(operation)
                                                        && !isRead(operation.output())
                                                || !operation.isSum() && isWide(operation))
                        .map(operation -> operation.node().getName())
                        .toList();
        var outputs =
                layers.stream()
                        .filter(layer -> !layer.convolution() && isOnGrid(layer.output()))
                        .filter(layer -> !isReadInIntegersOnly(layer.output()))
                        .map(FusedLayer::name)
                        .toList();
        return floatOperations.addAll(operations) | floatOutputs.addAll(outputs);
    }

    private boolean isWide(QuantizedOperation operation) {
        return wide.contains(operation.output())
                || operation.inputs().stream().anyMatch(wide::contains);
    }

    private boolean isSumOfConvolutions(QuantizedOperation operation) {
        return operation.isSum()
                && operation.inputs().stream().allMatch(this::isOnGrid)
                && operation.inputs().stream()
                        .map(addend -> layersByEnd.get(addend.node()))
                        .noneMatch(layer -> layer != null && !layer.convolution());
    }

    private boolean isReadInIntegersOnly(TensorRef tensor) {
        return graph.uses(tensor.node()).stream()
                .map(FlatGraph.Use::consumer)
                .allMatch(
                        consumer ->
                                isInputOfLayer(tensor, consumer)
                                        || operationsByEnd.values().stream()
                                                .filter(o -> o.nodes().contains(consumer.getName()))
                                                .anyMatch(o -> isRead(o.output())));
    }

    private boolean isInputOfLayer(TensorRef tensor, NodeDef consumer) {
        return layers.stream()
                .anyMatch(l -> isSame(l.product(), consumer) && l.input().equals(tensor));
    }

    private static boolean isSame(NodeDef one, NodeDef other) {
        return one.getName().equals(other.getName());
    }

    /** The int8 layers, in the graph's order. */
    List<FusedLayer> layers() {
        return layers;
    }

    /** The operations that are quantized beside the layers, in the graph's order. */
    List<QuantizedOperation> operations() {
        return List.copyOf(operationsByEnd.values());
    }

    /** The layer that ends with this node. */
    Optional<FusedLayer> layerEndingAt(NodeDef node) {
        return Optional.ofNullable(layersByEnd.get(node.getName()));
    }

    /** The operation that ends with this node. */
    Optional<QuantizedOperation> operationEndingAt(NodeDef node) {
        return Optional.ofNullable(operationsByEnd.get(node.getName()));
    }

    /**
     * Whether a layer's output is quantized: always that of a convolution, and that of a dense
     * layer which is read in integers only; for others it stays float, which avoids a rounding.
     */
    boolean hasQuantizedOutput(FusedLayer layer) {
        return layer.convolution()
                || !graph.isOutput(layer.output().node()) && !floatOutputs.contains(layer.name());
    }

    /** Whether a layer or an operation reads the integers of a tensor, directly or moved. */
    boolean isRead(TensorRef tensor) {
        return layerInputs.contains(tensor)
                || operationsByEnd.values().stream().anyMatch(o -> o.inputs().contains(tensor))
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
        for (var operation : operationsByEnd.values()) {
            operation.inputs().stream().filter(t -> !isOnGrid(t)).forEach(tensors::add);
            tensors.add(operation.output());
        }
        return tensors;
    }
}
