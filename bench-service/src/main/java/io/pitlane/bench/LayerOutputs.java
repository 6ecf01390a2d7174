package io.pitlane.bench;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.quantization.FakeQuantization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * A graph with the results of its layers as outputs. A layer is what exports fuse: an operation
 * with the bias, batch norm, activation and fake quantization behind it.
 */
final class LayerOutputs {
    private static final String PREFIX = "layer/";

    /** Values of all outputs for one image; 64 MiB. */
    private static final long MAX_VALUES = 16L << 20;

    /** Operations that become part of the one before them. */
    private static final Set<String> FUSED =
            Set.of(
                    "BiasAdd",
                    "FusedBatchNorm",
                    "FusedBatchNormV2",
                    "FusedBatchNormV3",
                    "Relu",
                    "Relu6",
                    "LeakyRelu",
                    "Elu",
                    "Sigmoid",
                    "Tanh",
                    "Identity");

    private final FlatGraph graph;
    private final Set<String> computed = new HashSet<>();

    private LayerOutputs(FlatGraph graph) {
        this.graph = graph;
    }

    /**
     * Graphs that together have all layers as outputs, in the order in which they are computed;
     * each has as many as fit into memory.
     */
    static List<FlatGraph> of(FlatGraph graph) {
        var graphs = new ArrayList<FlatGraph>();
        var outputs = new ArrayList<Port>();
        long values = 0;
        for (var port : new LayerOutputs(graph).ports()) {
            if (!outputs.isEmpty() && values + values(port) > MAX_VALUES) {
                graphs.add(graph.edit().outputs(outputs).build());
                outputs.clear();
                values = 0;
            }
            outputs.add(port);
            values += values(port);
        }
        graphs.add(graph.edit().outputs(outputs).build());
        return graphs;
    }

    /** Values of an output for one image; where more than the batch is open, as many as allowed. */
    private static long values(Port port) {
        long open = port.shape().stream().filter(size -> size < 0).count();
        return open > 1
                ? MAX_VALUES
                : port.shape().stream()
                        .mapToLong(size -> Math.max(1, size))
                        .reduce(1, (a, b) -> a * b);
    }

    private List<Port> ports() {
        TensorFlowRuntime.load();
        var ports = new ArrayList<Port>();
        graph.signature().inputs().forEach(port -> computed.add(port.tensor().node()));
        try (var types = new Graph()) {
            types.importGraphDef(graph.toGraphDef());
            for (var node : graph.nodes()) {
                if (isComputed(node) && !isFusedIntoItsConsumer(node) && !isQuantizedInput(node)) {
                    var output = types.operation(node.getName()).output(0).asOutput();
                    if (output.dataType() == DataType.DT_FLOAT && !output.shape().isUnknown()) {
                        ports.add(port(node, output.shape().asArray()));
                    }
                }
            }
        }
        return ports;
    }

    private static Port port(NodeDef node, long[] shape) {
        return new Port(
                PREFIX + node.getName(),
                TensorRef.of(node.getName()),
                DataType.DT_FLOAT,
                Arrays.stream(shape).boxed().toList());
    }

    /** Whether a node depends on an input of the graph; asked in the graph's order. */
    private boolean isComputed(NodeDef node) {
        boolean depends =
                node.getInputList().stream()
                        .anyMatch(input -> computed.contains(TensorRef.parse(input).node()));
        return depends && computed.add(node.getName());
    }

    /** Whether a node rounds an input of the graph: exports give the input itself. */
    private boolean isQuantizedInput(NodeDef node) {
        return FakeQuantization.of(graph, node).isPresent()
                && graph.signature().inputs().stream()
                        .anyMatch(port -> port.tensor().equals(TensorRef.parse(node.getInput(0))));
    }

    private boolean isFusedIntoItsConsumer(NodeDef node) {
        return graph.onlyConsumer(node.getName())
                .filter(
                        consumer ->
                                FUSED.contains(consumer.getOp())
                                        || FakeQuantization.of(graph, consumer).isPresent())
                .isPresent();
    }
}
