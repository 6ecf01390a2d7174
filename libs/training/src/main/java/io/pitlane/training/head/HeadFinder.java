package io.pitlane.training.head;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.operation.Operations;
import java.util.Optional;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Follows an output back to the logits: through reshapes, the choice of a class (ArgMax, TopK, or a
 * threshold on a sigmoid), and the activation.
 */
final class HeadFinder {
    private final FlatGraph graph;
    private final GraphSignature.Port output;
    private boolean isClass;

    private HeadFinder(FlatGraph graph, GraphSignature.Port output) {
        this.graph = graph;
        this.output = output;
    }

    /** The head of an output; empty if it cannot be trained. */
    static Optional<Head> find(FlatGraph graph, GraphSignature.Port output) {
        return new HeadFinder(graph, output).search();
    }

    private Optional<Head> search() {
        var last = beforeClassChoice(skipUnchanged(output.tensor()));
        var node = graph.node(last.node());
        return switch (node.getOp()) {
            case "Softmax", "LogSoftmax" ->
                    Optional.of(Head.beforeActivation(node, output, Head.Kind.SOFTMAX));
            case "Sigmoid" -> Optional.of(Head.beforeActivation(node, output, Head.Kind.SIGMOID));
            case "RealDiv" ->
                    isDecomposedSoftmax(node)
                            ? Optional.of(
                                    Head.beforeActivation(
                                            graph.input(node, 0), output, Head.Kind.SOFTMAX))
                            : linear(last);
            default -> linear(last);
        };
    }

    private Optional<Head> linear(TensorRef last) {
        if (isClass) {
            return Optional.of(new Head(output.name(), last, Head.Kind.SOFTMAX));
        }
        return output.dtype() == DataType.DT_FLOAT
                ? Optional.of(new Head(output.name(), output.tensor(), Head.Kind.LINEAR))
                : Optional.empty();
    }

    private TensorRef skipUnchanged(TensorRef from) {
        var last = from;
        var node = graph.node(last.node());
        while (passesValuesOn(node)) {
            last = TensorRef.parse(node.getInput(0));
            node = graph.node(last.node());
        }
        return last;
    }

    private static boolean passesValuesOn(NodeDef node) {
        return switch (Operations.of(node).kind()) {
            case IDENTITY, RESHAPE -> Operations.of(node).hasSlope();
            default -> isCastOfInteger(node);
        };
    }

    private static boolean isCastOfInteger(NodeDef node) {
        return node.getOp().equals("Cast")
                && switch (node.getAttrOrThrow("SrcT").getType()) {
                    case DT_INT32, DT_INT64, DT_UINT8, DT_BOOL -> true;
                    default -> false;
                };
    }

    private TensorRef beforeClassChoice(TensorRef last) {
        var node = graph.node(last.node());
        if (node.getOp().equals("ArgMax") && isAlongLastAxis(node)
                || node.getOp().equals("TopKV2")) {
            isClass = true;
            return skipUnchanged(TensorRef.parse(node.getInput(0)));
        }
        if (isThreshold(node) && graph.input(node, 0).getOp().equals("Sigmoid")) {
            return TensorRef.parse(node.getInput(0));
        }
        return last;
    }

    /** Rounding a sigmoid is a threshold of 0.5. */
    private static boolean isThreshold(NodeDef node) {
        return switch (node.getOp()) {
            case "Greater", "GreaterEqual", "Round", "Rint" -> true;
            default -> false;
        };
    }

    private boolean isAlongLastAxis(NodeDef argMax) {
        var axis = graph.input(argMax, 1);
        if (!axis.getOp().equals("Const")) {
            return false;
        }
        long value = integer(axis.getAttrOrThrow("value").getTensor());
        if (value == -1) {
            return true;
        }
        var shape = InferredShapes.of(graph).of(TensorRef.parse(argMax.getInput(0)));
        return !shape.isUnknown() && value == shape.numDimensions() - 1;
    }

    private static long integer(TensorProto scalar) {
        if (scalar.getIntValCount() > 0) {
            return scalar.getIntVal(0);
        }
        if (scalar.getInt64ValCount() > 0) {
            return scalar.getInt64Val(0);
        }
        var bytes = scalar.getTensorContent();
        // Little-endian; an axis fits into the lowest byte.
        return bytes.isEmpty() ? 0 : bytes.byteAt(0);
    }

    // exp(x - max(x)) / sum(exp(x - max(x))): softmax over images, as Keras exports it.
    private boolean isDecomposedSoftmax(NodeDef division) {
        var numerator = graph.input(division, 0);
        var denominator = graph.input(division, 1);
        return numerator.getOp().equals("Exp")
                && denominator.getOp().equals("Sum")
                && denominator.getInput(0).equals(division.getInput(0));
    }
}
