package io.pitlane.graph.savedmodel;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Checks the constants of a model before memory is allocated for them: a few bytes can declare a
 * tensor of any size, filled with one value.
 */
final class ConstantCheck {
    /** The limit of protobuf: a model cannot contain more. */
    private static final long MOST_BYTES = Integer.MAX_VALUE;

    private ConstantCheck() {}

    /**
     * Refuses constants whose content does not match their shape, or that exceed the limit.
     *
     * @throws FailureException of kind INVALID_INPUT naming the node
     */
    static void check(MetaGraphDef model) {
        var graph = model.getGraphDef();
        var functions = graph.getLibrary().getFunctionList().stream();
        var inFunctions = functions.map(FunctionDef::getNodeDefList).flatMap(List::stream);
        long sum = 0;
        for (var node :
                (Iterable<NodeDef>)
                        Stream.concat(graph.getNodeList().stream(), inFunctions)::iterator) {
            if (node.getOp().equals("Const") && node.containsAttr("value")) {
                sum += bytes(node, node.getAttrOrThrow("value").getTensor());
                require(
                        sum <= MOST_BYTES,
                        node,
                        "makes the model's constants larger than the limit of 2 GiB");
            }
        }
    }

    /**
     * Refuses weights that are NaN: every output computed from them would be NaN.
     *
     * @throws FailureException of kind INVALID_INPUT naming the node
     */
    static void checkNumbers(FlatGraph graph) {
        for (var node : graph.nodes()) {
            if (FloatTensor.isFloatConst(node)) {
                for (float value : FloatTensor.of(node).values()) {
                    require(!Float.isNaN(value), node, "holds a value that is not a number (NaN)");
                }
            }
        }
    }

    private static long bytes(NodeDef node, TensorProto tensor) {
        int width = width(tensor.getDtype());
        long elements = 1;
        for (var dimension : tensor.getTensorShape().getDimList()) {
            long size = dimension.getSize();
            require(size >= 0, node, "has a dimension of " + size);
            require(
                    size == 0 || elements <= MOST_BYTES / size,
                    node,
                    "declares more than the 2 GiB that a model can hold");
            elements *= size;
        }
        int content = tensor.getTensorContent().size();
        require(
                content == 0 || width == 0 || content == elements * width,
                node,
                "declares " + elements * width + " bytes and holds " + content);
        return elements * width;
    }

    /** Bytes of a value; 0 where the size varies, as for strings. */
    private static int width(DataType type) {
        return switch (type) {
            case DT_FLOAT, DT_INT32, DT_UINT32, DT_QINT32 -> 4;
            case DT_DOUBLE, DT_INT64, DT_UINT64, DT_COMPLEX64 -> 8;
            case DT_HALF, DT_BFLOAT16, DT_INT16, DT_UINT16, DT_QINT16, DT_QUINT16 -> 2;
            case DT_INT8, DT_UINT8, DT_BOOL, DT_QINT8, DT_QUINT8 -> 1;
            default -> 0;
        };
    }

    private static void require(boolean holds, NodeDef node, String otherwise) {
        if (!holds) {
            throw FailureException.invalidInput(
                    "The model's constant '" + node.getName() + "' " + otherwise + ".",
                    "Export the model again, from weights that are sound.");
        }
    }
}
