package io.pitlane.graph.savedmodel;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.RegisteredOps;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/** The signature of a frozen graph: its ports have the names of the nodes behind them. */
final class FrozenPorts {
    private FrozenPorts() {}

    static boolean isPlaceholder(NodeDef node) {
        return node.getOp().equals("Placeholder");
    }

    /** The signature of these inputs and outputs, without the shapes of the outputs. */
    static GraphSignature signature(List<NodeDef> placeholders, List<NodeDef> outputs) {
        return new GraphSignature(
                SignatureChoice.DEFAULT_KEY,
                sorted(placeholders.stream().map(FrozenPorts::input)),
                sorted(outputs.stream().flatMap(FrozenPorts::outputsOf)));
    }

    /** The node in its place that is fed: what leads to it is not needed. */
    static NodeDef asPlaceholder(NodeDef node, InferredShapes inferred) {
        if (isPlaceholder(node)) {
            return node;
        }
        var placeholder =
                NodeBuilder.of("Placeholder", node.getName())
                        .type("dtype", RegisteredOps.outputTypes(node).get(0));
        var shape = inferred.of(node.getName());
        return (shape.isUnknown() ? placeholder : placeholder.shape("shape", shape.asArray()))
                .build();
    }

    private static Port input(NodeDef placeholder) {
        var attributes = Attributes.of(placeholder);
        return new Port(
                placeholder.getName(),
                TensorRef.of(placeholder.getName()),
                attributes.type("dtype", DataType.DT_FLOAT),
                sizes(placeholder));
    }

    private static List<Long> sizes(NodeDef placeholder) {
        if (!placeholder.containsAttr("shape")) {
            return null;
        }
        var shape = placeholder.getAttrOrThrow("shape").getShape();
        return shape.getUnknownRank()
                ? null
                : shape.getDimList().stream().map(TensorShapeProto.Dim::getSize).toList();
    }

    private static Stream<Port> outputsOf(NodeDef node) {
        var types = RegisteredOps.outputTypes(node);
        return IntStream.range(0, types.size())
                .mapToObj(
                        i ->
                                new Port(
                                        i == 0 ? node.getName() : node.getName() + "_" + i,
                                        new TensorRef(node.getName(), i),
                                        types.get(i),
                                        null));
    }

    private static List<Port> sorted(Stream<Port> ports) {
        return ports.sorted(Comparator.comparing(Port::name)).toList();
    }

    /** The signature with the shapes of its outputs, as far as TensorFlow can infer them. */
    static GraphSignature withOutputShapes(GraphSignature of, InferredShapes shapes) {
        return new GraphSignature(
                of.key(),
                of.inputs(),
                of.outputs().stream()
                        .map(
                                port ->
                                        new Port(
                                                port.name(),
                                                port.tensor(),
                                                port.dtype(),
                                                sizes(shapes.of(port.tensor()))))
                        .toList());
    }

    private static List<Long> sizes(Shape shape) {
        return shape.isUnknown()
                ? null
                : Arrays.stream(shape.asArray()).map(size -> Math.max(-1, size)).boxed().toList();
    }
}
