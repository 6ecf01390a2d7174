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
 * Goes back from an output to what a loss can work on: through reshaping, the choice of a class
 * (the highest score, or a threshold on a sigmoid), and the activation.
 */
final class HeadSearch {
    private final FlatGraph graph;
    private final GraphSignature.Port output;
    private boolean isClass;

    private HeadSearch(FlatGraph graph, GraphSignature.Port output) {
        this.graph = graph;
        this.output = output;
    }

    /** The head of an output; empty where there is nothing that could be trained. */
    static Optional<Head> head(FlatGraph graph, GraphSignature.Port output) {
        return new HeadSearch(graph, output).search();
    }

    private Optional<Head> search() {
        var last = behindChoice(skip(output.tensor()));
        var node = graph.node(last.node());
        return switch (node.getOp()) {
            case "Softmax", "LogSoftmax" ->
                    Optional.of(Head.before(node, output, Head.Kind.SOFTMAX));
            case "Sigmoid" -> Optional.of(Head.before(node, output, Head.Kind.SIGMOID));
            case "RealDiv" ->
                    isSoftmaxInPieces(node)
                            ? Optional.of(
                                    Head.before(graph.input(node, 0), output, Head.Kind.SOFTMAX))
                            : plain(last);
            default -> plain(last);
        };
    }

    private Optional<Head> plain(TensorRef last) {
        if (isClass) {
            return Optional.of(new Head(output.name(), last, Head.Kind.SOFTMAX));
        }
        return output.dtype() == DataType.DT_FLOAT
                ? Optional.of(new Head(output.name(), output.tensor(), Head.Kind.LINEAR))
                : Optional.empty();
    }

    private TensorRef skip(TensorRef from) {
        var last = from;
        var node = graph.node(last.node());
        while (hasTheValuesOfItsInput(node)) {
            last = TensorRef.parse(node.getInput(0));
            node = graph.node(last.node());
        }
        return last;
    }

    private static boolean hasTheValuesOfItsInput(NodeDef node) {
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

    private TensorRef behindChoice(TensorRef last) {
        var node = graph.node(last.node());
        if (node.getOp().equals("ArgMax") && isAlongLastAxis(node)
                || node.getOp().equals("TopKV2")) {
            isClass = true;
            return skip(TensorRef.parse(node.getInput(0)));
        }
        if (isThreshold(node) && graph.input(node, 0).getOp().equals("Sigmoid")) {
            return TensorRef.parse(node.getInput(0));
        }
        return last;
    }

    /** Rounding a sigmoid is a threshold of one half. */
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
        // Little-endian; axes are small, so the low bytes and the sign tell.
        return bytes.isEmpty() ? 0 : bytes.byteAt(0);
    }

    // exp(x - max(x)) / sum(exp(x - max(x))), as Keras writes softmax over images.
    private boolean isSoftmaxInPieces(NodeDef division) {
        var above = graph.input(division, 0);
        var below = graph.input(division, 1);
        return above.getOp().equals("Exp")
                && below.getOp().equals("Sum")
                && below.getInput(0).equals(division.getInput(0));
    }
}
