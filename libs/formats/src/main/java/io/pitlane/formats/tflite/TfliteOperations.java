package io.pitlane.formats.tflite;

import static org.tensorflow.proto.DataType.DT_BOOL;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_INT64;
import static org.tensorflow.proto.DataType.DT_UINT8;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.proto.DataType;

/** The one table of TensorFlow operations that can be exported to TFLite. */
final class TfliteOperations {
    private static final Set<DataType> FLOATS = Set.of(DT_FLOAT);
    private static final Set<DataType> NUMBERS = Set.of(DT_FLOAT, DT_INT32, DT_INT64);
    private static final Set<DataType> ANY =
            Set.of(DT_FLOAT, DT_INT32, DT_INT64, DT_UINT8, DT_BOOL);

    private static final Map<String, Row> TABLE = new LinkedHashMap<>();

    /**
     * One row.
     *
     * @param converter writes the operation
     * @param types the element types that it may work on
     */
    record Row(OpConverter converter, Set<DataType> types) {}

    static {
        layers();
        arithmetic();
        functions();
        reductions();
        arrangements();
        selections();
    }

    private TfliteOperations() {}

    private static void layers() {
        floats(Convolutions::convolution, "Conv2D");
        floats(VolumeConvolution::write, "Conv3D");
        floats(Convolutions::depthwise, "DepthwiseConv2dNative");
        floats(Convolutions::transposed, "Conv2DBackpropInput");
        floats(MatrixProducts::matMul, "MatMul");
        floats(MatrixProducts::batchMatMul, "BatchMatMul", "BatchMatMulV2");
        floats(Einsum::convert, "Einsum");
        floats(Elementwise::biasAdd, "BiasAdd");
        floats(Normalization::batchNorm, "FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3");
        floats(Normalization::local, "LRN");
        floats(Pooling::maximum, "MaxPool");
        floats(Pooling::average, "AvgPool");
        floats(Quantizing::convert, "QuantizeAndDequantizeV3", "FakeQuantWithMinMaxVars");
    }

    private static void arithmetic() {
        numbers(Elementwise::add, "Add", "AddV2");
        numbers(Elementwise::subtract, "Sub");
        numbers(Elementwise::multiply, "Mul");
        floats(Elementwise::addAll, "AddN");
        floats(Elementwise::divide, "RealDiv");
        floats(Elementwise::divNoNan, "DivNoNan");
        floats(Elementwise::clip, "ClipByValue");
        floats(Elementwise.as(BuiltinOperator.ZEROS_LIKE), "ZerosLike");
        floats(Elementwise::onesLike, "OnesLike");
        numbers(Elementwise.as(BuiltinOperator.MAXIMUM), "Maximum");
        numbers(Elementwise.as(BuiltinOperator.MINIMUM), "Minimum");
        floats(Elementwise.upToFourAxes(BuiltinOperator.POW), "Pow");
        floats(Elementwise::squaredDifference, "SquaredDifference");
        numbers(Elementwise.upToFourAxes(BuiltinOperator.FLOOR_DIV), "FloorDiv");
        numbers(Elementwise.upToFourAxes(BuiltinOperator.FLOOR_MOD), "FloorMod");
        numbers(Elementwise.comparison(BuiltinOperator.GREATER), "Greater");
        numbers(Elementwise.comparison(BuiltinOperator.GREATER_EQUAL), "GreaterEqual");
        numbers(Elementwise.comparison(BuiltinOperator.LESS), "Less");
        numbers(Elementwise.comparison(BuiltinOperator.LESS_EQUAL), "LessEqual");
        numbers(Elementwise.comparison(BuiltinOperator.EQUAL), "Equal");
        numbers(Elementwise.comparison(BuiltinOperator.NOT_EQUAL), "NotEqual");
        any(Elementwise.comparison(BuiltinOperator.LOGICAL_AND), "LogicalAnd");
        any(Elementwise.comparison(BuiltinOperator.LOGICAL_OR), "LogicalOr");
        any(Elementwise.comparison(BuiltinOperator.LOGICAL_NOT), "LogicalNot");
    }

    private static void functions() {
        floats(Elementwise.as(BuiltinOperator.RELU), "Relu");
        floats(Elementwise.as(BuiltinOperator.RELU6), "Relu6");
        floats(Elementwise.as(BuiltinOperator.ELU), "Elu");
        floats(Activations::sigmoid, "Sigmoid");
        floats(Activations::tanh, "Tanh");
        floats(Elementwise.as(BuiltinOperator.ABS), "Abs");
        floats(Elementwise.as(BuiltinOperator.EXP), "Exp");
        floats(Elementwise.as(BuiltinOperator.LOG), "Log");
        floats(Elementwise.as(BuiltinOperator.NEG), "Neg");
        floats(Elementwise.as(BuiltinOperator.SQRT), "Sqrt");
        floats(Elementwise.as(BuiltinOperator.RSQRT), "Rsqrt");
        floats(Elementwise.as(BuiltinOperator.SQUARE), "Square");
        floats(Elementwise.as(BuiltinOperator.FLOOR), "Floor");
        floats(Elementwise.as(BuiltinOperator.CEIL), "Ceil");
        floats(Elementwise.as(BuiltinOperator.ROUND), "Round", "Rint");
        floats(Elementwise.as(BuiltinOperator.SIGN), "Sign");
        floats(Elementwise.as(BuiltinOperator.SIN), "Sin");
        floats(Elementwise.as(BuiltinOperator.COS), "Cos");
        floats(Elementwise.as(BuiltinOperator.LOG_SOFTMAX), "LogSoftmax");
        floats(Elementwise::reciprocal, "Reciprocal");
        floats(Activations::softmax, "Softmax");
        floats(Activations::leakyRelu, "LeakyRelu");
        floats(Activations::selu, "Selu");
        floats(Activations::softplus, "Softplus");
        floats(Activations::softsign, "Softsign");
        floats(Activations::erf, "Erf");
        any(Elementwise::cast, "Cast");
        any(Elementwise::identity, "Identity");
    }

    private static void reductions() {
        floats(Reductions::mean, "Mean");
        floats(Reductions.as(BuiltinOperator.REDUCE_MAX), "Max");
        floats(Reductions.as(BuiltinOperator.REDUCE_MIN), "Min");
        floats(Reductions.as(BuiltinOperator.SUM), "Sum");
        numbers(Reductions.as(BuiltinOperator.REDUCE_PROD), "Prod");
        any(Reductions.ofBooleans(BuiltinOperator.REDUCE_ANY), "Any");
        any(Reductions.ofBooleans(BuiltinOperator.REDUCE_ALL), "All");
        floats(Reductions::argMax, "ArgMax");
        floats(Reductions::argMin, "ArgMin");
        floats(Reductions::topK, "TopKV2");
        floats(Reductions::cumulativeSum, "Cumsum");
    }

    private static void arrangements() {
        any(Reshaping.moving(BuiltinOperator.RESHAPE), "Reshape");
        any(Reshaping::expandDims, "ExpandDims");
        any(Reshaping.moving(BuiltinOperator.TRANSPOSE), "Transpose");
        any(Reshaping::broadcast, "BroadcastTo");
        floats(Reshaping.ofValues(BuiltinOperator.TILE), "Tile");
        floats(Reshaping.moving(BuiltinOperator.PAD), "Pad");
        any(Reshaping::squeeze, "Squeeze");
        any(Reshaping::shape, "Shape");
        any(Reshaping::fill, "Fill");
        floats(Reshaping::reverse, "ReverseV2");
        floats(Reshaping::depthToSpace, "DepthToSpace");
        floats(Reshaping::spaceToDepth, "SpaceToDepth");
        floats(Reshaping.batchBlocks(BuiltinOperator.SPACE_TO_BATCH_ND), "SpaceToBatchND");
        floats(Reshaping.batchBlocks(BuiltinOperator.BATCH_TO_SPACE_ND), "BatchToSpaceND");
        any(Joining::concat, "ConcatV2");
        any(Joining::pack, "Pack");
        any(Joining::unpack, "Unpack");
        any(Joining::split, "Split");
        any(Joining::splitV, "SplitV");
        floats(Padding::constant, "PadV2");
        floats(Padding::mirror, "MirrorPad");
        floats(Resizing::bilinear, "ResizeBilinear");
        floats(Resizing::nearest, "ResizeNearestNeighbor");
    }

    private static void selections() {
        any(Slicing::stridedSlice, "StridedSlice");
        any(Slicing::slice, "Slice");
        any(Slicing::gather, "GatherV2");
        any(Slicing::gatherNd, "GatherNd");
        any(Selection::select, "Select");
        any(Selection::selectV2, "SelectV2");
        any(Selection::where, "Where");
        any(Selection::range, "Range");
        any(Selection::oneHot, "OneHot");
    }

    /** The row of an operation, if it can be exported. */
    static Optional<Row> of(String op) {
        return Optional.ofNullable(TABLE.get(op));
    }

    /** The operations of the table. */
    static Collection<String> names() {
        return List.copyOf(TABLE.keySet());
    }

    private static void floats(OpConverter converter, String... ops) {
        add(new Row(converter, FLOATS), ops);
    }

    private static void numbers(OpConverter converter, String... ops) {
        add(new Row(converter, NUMBERS), ops);
    }

    private static void any(OpConverter converter, String... ops) {
        add(new Row(converter, ANY), ops);
    }

    private static void add(Row row, String... ops) {
        for (var op : ops) {
            if (TABLE.put(op, row) != null) {
                throw new IllegalStateException(op + " is in the table twice");
            }
        }
    }
}
