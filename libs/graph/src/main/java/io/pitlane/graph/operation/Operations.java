package io.pitlane.graph.operation;

import static io.pitlane.graph.operation.KernelLayout.CONVOLUTION;
import static io.pitlane.graph.operation.KernelLayout.DEPTHWISE;
import static io.pitlane.graph.operation.KernelLayout.EINSUM;
import static io.pitlane.graph.operation.KernelLayout.MATRIX;
import static io.pitlane.graph.operation.KernelLayout.TRANSPOSED_CONVOLUTION;
import static io.pitlane.graph.operation.Operation.Property.INT8_KERNEL;
import static io.pitlane.graph.operation.Operation.Property.KEEPS_VALUES;
import static io.pitlane.graph.operation.Operation.Property.PROBABILITIES;
import static io.pitlane.graph.operation.Operation.Property.QUANTIZED;
import static io.pitlane.graph.operation.Operation.Property.STEPWISE;
import static io.pitlane.graph.operation.Operation.Property.TRAINABLE;

import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operation.Property;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * The one table of operations. Every technique that distinguishes operations asks it, so that all
 * agree on what a layer is, where its kernel is, and what can be done with it.
 *
 * <pre>{@code
 * var conv = Operations.of("Conv2D");
 * conv.kernel();         // CONVOLUTION: [H, W, in, out]
 * conv.hasInt8Kernel();  // true
 * Operations.of(node).isPrunable();
 * }</pre>
 */
public final class Operations {
    private static final int ANY_RANK = 0;
    private static final List<Integer> NONE = List.of();
    private static final List<Integer> FIRST = List.of(0);
    private static final List<Integer> SECOND = List.of(1);
    private static final List<Integer> EITHER = List.of(1, 0);
    private static final List<Integer> SCALE_AND_OFFSET = List.of(1, 2);
    private static final List<Integer> KERNEL_AND_BIAS = List.of(1, 2);

    private static final Map<String, Operation> TABLE = new LinkedHashMap<>();

    static {
        layer("Conv2D", CONVOLUTION, 4, SECOND, TRAINABLE, INT8_KERNEL);
        layer("Conv", CONVOLUTION, ANY_RANK, SECOND);
        layer("Conv3D", CONVOLUTION, 5, SECOND, INT8_KERNEL);
        layer("DepthwiseConv2dNative", DEPTHWISE, 4, SECOND, TRAINABLE, INT8_KERNEL);
        layer("Conv2DBackpropInput", TRANSPOSED_CONVOLUTION, 4, SECOND, TRAINABLE, INT8_KERNEL);
        layer("Conv3DBackpropInputV2", TRANSPOSED_CONVOLUTION, 5, SECOND);
        layer("MatMul", MATRIX, 2, EITHER, TRAINABLE, INT8_KERNEL);
        layer("BatchMatMul", MATRIX, ANY_RANK, EITHER, TRAINABLE);
        layer("BatchMatMulV2", MATRIX, ANY_RANK, EITHER, TRAINABLE);
        layer("BatchMatMulV3", MATRIX, ANY_RANK, EITHER, TRAINABLE);
        layer("Einsum", EINSUM, ANY_RANK, EITHER, TRAINABLE);

        fused("_FusedConv2D", CONVOLUTION, 4, SECOND);
        fused("_FusedDepthwiseConv2dNative", DEPTHWISE, 4, SECOND);
        fused("_FusedMatMul", MATRIX, 2, SECOND);
        fused("_FusedQuantizedConv2D", CONVOLUTION, 4, KERNEL_AND_BIAS, QUANTIZED);
        fused("_FusedQuantizedDepthwiseConv2D", DEPTHWISE, 4, KERNEL_AND_BIAS, QUANTIZED);
        fused("_QuantizedMatMul", MATRIX, 2, KERNEL_AND_BIAS, QUANTIZED);
        fused("QuantizedConv2D", CONVOLUTION, 4, SECOND, QUANTIZED);
        fused("QuantizedMatMul", MATRIX, 2, EITHER, QUANTIZED);

        weighted(Kind.OTHER_LAYER, "Conv2DBackpropInputV2", SECOND);
        weighted(Kind.OTHER_LAYER, "Dilation2D", SECOND);
        weighted(Kind.OTHER_LAYER, "FusedPadConv2D", List.of(2));
        weighted(Kind.OTHER_LAYER, "FusedResizeAndPadConv2D", List.of(3));
        weighted(Kind.OTHER_LAYER, "GRUBlockCell", List.of(2, 3));
        weighted(Kind.OTHER_LAYER, "LSTMBlockCell", List.of(3));
        weighted(Kind.OTHER_LAYER, "BlockLSTM", List.of(4));
        weighted(Kind.OTHER_LAYER, "BlockLSTMV2", List.of(4));

        weighted(Kind.BIAS, "BiasAdd", SECOND, TRAINABLE, INT8_KERNEL);
        weighted(Kind.BATCH_NORM, "FusedBatchNormV3", SCALE_AND_OFFSET, TRAINABLE);
        weighted(Kind.BATCH_NORM, "FusedBatchNormV2", SCALE_AND_OFFSET);
        weighted(Kind.BATCH_NORM, "FusedBatchNorm", SCALE_AND_OFFSET);
        weighted(Kind.ADDITION, "AddV2", EITHER, TRAINABLE, INT8_KERNEL);
        weighted(Kind.ADDITION, "Add", EITHER, TRAINABLE, INT8_KERNEL);
        weighted(Kind.ADDITION, "AddN", NONE, INT8_KERNEL);
        weighted(Kind.SUBTRACTION, "Sub", EITHER, TRAINABLE, INT8_KERNEL);
        weighted(Kind.MULTIPLICATION, "Mul", EITHER, TRAINABLE, INT8_KERNEL);

        all(Kind.DIVISION, "RealDiv Div");
        all(Kind.COMPARISON, "Greater GreaterEqual Less LessEqual Equal NotEqual", STEPWISE);
        all(
                Kind.BROADCAST,
                "MulNoNan DivNoNan Maximum Pow FloorDiv FloorMod Mod TruncateDiv"
                        + " TruncateMod Atan2 Xdivy Xlogy LogicalAnd LogicalOr SelectV2"
                        + " SquaredDifference");
        all(Kind.BROADCAST, "Minimum ClipByValue", PROBABILITIES);

        all(Kind.ACTIVATION, "Relu Relu6", INT8_KERNEL);
        all(Kind.ACTIVATION, "LeakyRelu Tanh", INT8_KERNEL);
        all(Kind.ACTIVATION, "Elu Selu Softplus Softsign");
        all(Kind.ACTIVATION, "Sigmoid", PROBABILITIES, INT8_KERNEL);
        all(
                Kind.POINTWISE,
                "Erf Erfc Exp Expm1 Log Log1p Neg Abs Square Sqrt Rsqrt Reciprocal Inv Sin Cos Tan"
                        + " Asin Acos Atan Sinh Cosh Asinh Acosh Atanh IsNan IsInf IsFinite"
                        + " LogicalNot");
        all(Kind.FAKE_QUANTIZATION, "FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars");
        weighted(Kind.FAKE_QUANTIZATION, "QuantizeAndDequantizeV3", FIRST, QUANTIZED);
        all(Kind.POINTWISE, "Cast", KEEPS_VALUES);
        all(Kind.POINTWISE, "Floor Ceil Round Rint Sign ZerosLike OnesLike", STEPWISE);
        all(Kind.SOFTMAX, "Softmax", PROBABILITIES);
        all(Kind.SOFTMAX, "LogSoftmax");

        all(
                Kind.IDENTITY,
                "Identity RefIdentity PreventGradient Snapshot DeepCopy GuaranteeConst"
                        + " CheckNumerics CheckNumericsV2 EnsureShape");
        all(Kind.IDENTITY, "StopGradient", STEPWISE);
        all(Kind.RESHAPE, "Reshape Squeeze ExpandDims");
        all(Kind.PADDING, "Pad PadV2 MirrorPad");
        all(Kind.REDUCTION, "Mean", INT8_KERNEL);
        all(Kind.REDUCTION, "Max Min Sum Prod");
        all(Kind.POOLING, "MaxPool AvgPool", INT8_KERNEL);
        all(Kind.POOLING, "MaxPoolV2 MaxPool3D AvgPool3D");
        all(Kind.RESIZE, "ResizeBicubic ResizeArea CropAndResize ScaleAndTranslate");
        all(Kind.RESIZE, "ResizeBilinear ResizeNearestNeighbor", INT8_KERNEL);
        all(Kind.CONCATENATION, "ConcatV2", INT8_KERNEL);

        all(Kind.SELECTION, "TopKV2");
        all(
                Kind.SELECTION,
                "Where NonMaxSuppression NonMaxSuppressionV2 NonMaxSuppressionV3"
                        + " NonMaxSuppressionV4 NonMaxSuppressionV5 NonMaxSuppressionWithOverlaps"
                        + " CombinedNonMaxSuppression",
                STEPWISE);

        weighted(Kind.QUANTIZATION, "QuantizedBiasAdd", SECOND, QUANTIZED);
        weighted(Kind.QUANTIZATION, "QuantizedAdd", EITHER, QUANTIZED);
        weighted(Kind.QUANTIZATION, "QuantizedMul", EITHER, QUANTIZED);
        quantized(
                "QuantizeV2 Dequantize Requantize RequantizePerChannel RequantizationRange"
                        + " RequantizationRangePerChannel QuantizeDownAndShrinkRange"
                        + " QuantizeAndDequantize QuantizeAndDequantizeV2"
                        + " QuantizeAndDequantizeV4 QuantizedReshape QuantizedConcat"
                        + " QuantizedConcatV2 QuantizedMaxPool QuantizedAvgPool QuantizedRelu"
                        + " QuantizedRelu6 QuantizedReluX QuantizedResizeBilinear");

        all(Kind.VARIABLE, "VarHandleOp VariableV2 Variable");
        all(Kind.SWITCH, "Switch RefSwitch");
        all(Kind.MERGE, "Merge RefMerge");
        all(Kind.OTHER, "Transpose Slice", KEEPS_VALUES);
        all(Kind.OTHER, "ArgMax ArgMin Unique Range Bucketize Shape ShapeN Size Rank", STEPWISE);
    }

    private Operations() {}

    /** The operation of a node. */
    public static Operation of(NodeDef node) {
        return of(node.getOp());
    }

    /** The operation of this name; of kind {@link Kind#OTHER} where the table does not have it. */
    public static Operation of(String name) {
        var known = TABLE.get(name);
        return known == null ? operation(Kind.OTHER, name, NONE) : known;
    }

    /** The rows of the table. */
    public static Collection<Operation> all() {
        return List.copyOf(TABLE.values());
    }

    private static void layer(
            String name,
            KernelLayout layout,
            int rank,
            List<Integer> kernelSlots,
            Property... properties) {
        add(
                new Operation(
                        name,
                        Kind.LAYER,
                        Optional.of(layout),
                        rank,
                        kernelSlots,
                        Set.of(properties)));
    }

    private static void fused(
            String name,
            KernelLayout layout,
            int rank,
            List<Integer> weightSlots,
            Property... properties) {
        add(
                new Operation(
                        name,
                        Kind.FUSED_LAYER,
                        Optional.of(layout),
                        rank,
                        weightSlots,
                        Set.of(properties)));
    }

    private static void weighted(
            Kind kind, String name, List<Integer> weightSlots, Property... properties) {
        add(operation(kind, name, weightSlots, properties));
    }

    /** Several operations without weights. */
    private static void all(Kind kind, String names, Property... properties) {
        for (var name : names.split(" ")) {
            add(operation(kind, name, NONE, properties));
        }
    }

    /** Several operations that quantize or dequantize their first input. */
    private static void quantized(String names) {
        for (var name : names.split(" ")) {
            weighted(Kind.QUANTIZATION, name, FIRST, QUANTIZED);
        }
    }

    private static Operation operation(
            Kind kind, String name, List<Integer> weightSlots, Property... properties) {
        return new Operation(
                name, kind, Optional.empty(), ANY_RANK, weightSlots, Set.of(properties));
    }

    private static void add(Operation operation) {
        if (TABLE.put(operation.name(), operation) != null) {
            throw new IllegalStateException(operation.name() + " is in the table twice");
        }
    }
}
