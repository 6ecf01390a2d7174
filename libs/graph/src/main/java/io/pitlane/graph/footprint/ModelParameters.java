package io.pitlane.graph.footprint;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.Operations;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** Distinguishes weights from other constants, and counts them. */
public final class ModelParameters {
    private static final Set<DataType> TYPES =
            Set.of(
                    DataType.DT_FLOAT,
                    DataType.DT_HALF,
                    DataType.DT_BFLOAT16,
                    DataType.DT_DOUBLE,
                    DataType.DT_QINT8,
                    DataType.DT_QUINT8,
                    DataType.DT_QINT32);

    private ModelParameters() {}

    /** How many values each weight has, by the name of its Const. */
    public static Map<String, Long> byConstant(FlatGraph graph) {
        var counts = new LinkedHashMap<String, Long>();
        graph.nodes().stream()
                .flatMap(node -> of(graph, node))
                .forEach(weight -> counts.put(weight.getName(), count(weight)));
        return counts;
    }

    /** The Consts that are weights of a node; the ranges of quantized tensors are not. */
    static Stream<NodeDef> of(FlatGraph graph, NodeDef node) {
        var operation = Operations.of(node);
        return IntStream.range(0, node.getInputCount())
                .filter(slot -> !operation.isQuantized() || operation.weightSlots().contains(slot))
                .mapToObj(slot -> graph.input(node, slot))
                .filter(ModelParameters::isWeight);
    }

    private static boolean isWeight(NodeDef node) {
        return node.getOp().equals("Const")
                && TYPES.contains(node.getAttrOrThrow("dtype").getType())
                && node.getAttrOrThrow("value").getTensor().getTensorShape().getDimCount() > 0;
    }

    static boolean isQuantized(NodeDef constant) {
        return switch (constant.getAttrOrThrow("dtype").getType()) {
            case DT_QINT8, DT_QUINT8, DT_QINT32 -> true;
            default -> false;
        };
    }

    /** Bits of a value, as it is stored. */
    static int bits(NodeDef constant) {
        return switch (constant.getAttrOrThrow("dtype").getType()) {
            case DT_QINT8, DT_QUINT8 -> 8;
            case DT_HALF, DT_BFLOAT16 -> 16;
            case DT_DOUBLE -> 64;
            default -> 32;
        };
    }

    static long count(NodeDef constant) {
        return constant.getAttrOrThrow("value").getTensor().getTensorShape().getDimList().stream()
                .mapToLong(dim -> dim.getSize())
                .reduce(1, (a, b) -> a * b);
    }

    static long countNonZero(NodeDef constant) {
        var tensor = constant.getAttrOrThrow("value").getTensor();
        if (tensor.getDtype() == DataType.DT_FLOAT) {
            var values = FloatTensor.of(tensor).values();
            return IntStream.range(0, values.length).filter(i -> values[i] != 0).count();
        }
        long count = count(constant);
        return tensor.getTensorContent().isEmpty()
                ? nonZeroOfList(tensor, count)
                : nonZeroOfBytes(tensor, count);
    }

    private static long nonZeroOfBytes(TensorProto tensor, long count) {
        var bytes = tensor.getTensorContent();
        if (count == 0) {
            return 0;
        }
        int each = (int) (bytes.size() / count);
        return IntStream.range(0, (int) count)
                .filter(
                        i ->
                                IntStream.range(i * each, (i + 1) * each)
                                        .anyMatch(at -> bytes.byteAt(at) != 0))
                .count();
    }

    /** The last value of a shorter list fills the rest. */
    private static long nonZeroOfList(TensorProto tensor, long count) {
        var values =
                tensor.getDtype() == DataType.DT_DOUBLE
                        ? tensor.getDoubleValList()
                        : tensor.getDtype() == DataType.DT_HALF
                                        || tensor.getDtype() == DataType.DT_BFLOAT16
                                ? tensor.getHalfValList()
                                : tensor.getIntValList();
        if (values.isEmpty()) {
            return 0;
        }
        long listed = values.stream().filter(value -> value.doubleValue() != 0).count();
        boolean lastCounts = values.get(values.size() - 1).doubleValue() != 0;
        return lastCounts ? listed + count - values.size() : listed;
    }
}
