package io.pitlane.formats.onnx;

import static org.tensorflow.proto.DataType.DT_BOOL;
import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_INT64;
import static org.tensorflow.proto.DataType.DT_INT8;
import static org.tensorflow.proto.DataType.DT_UINT8;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.DataType;

/** The one table of TensorFlow operations that can be exported to ONNX. */
final class OnnxOperations {
    private static final Set<DataType> FLOATS = Set.of(DT_FLOAT);
    private static final Set<DataType> NUMBERS = Set.of(DT_FLOAT, DT_INT32, DT_INT64);
    private static final Set<DataType> ANY =
            Set.of(DT_FLOAT, DT_INT32, DT_INT64, DT_UINT8, DT_INT8, DT_BOOL);

    private static final Map<String, Row> TABLE = new LinkedHashMap<>();

    /**
     * One row.
     *
     * @param converter writes the operation
     * @param types the element types that it may work on
     * @param movesValues whether every element of the results is an element of an input, or 0
     */
    record Row(OpConverter converter, Set<DataType> types, boolean movesValues) {}

    static {
        floats(Convolutions::convolution, "Conv2D");
        floats(Convolutions::ofVolumes, "Conv3D");
        floats(Convolutions::depthwise, "DepthwiseConv2dNative");
        floats(TransposedConvolution::write, "Conv2DBackpropInput");
        floats(MatrixProducts::matMul, "MatMul");
        floats(MatrixProducts::batchMatMul, "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3");
        floats(MatrixProducts::einsum, "Einsum");
        floats(Elementwise::biasAdd, "BiasAdd");
        floats(Normalization::batchNorm, "FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3");
        floats(Normalization::localResponse, "LRN");
        moves(FLOATS, Pooling.as("MaxPool"), "MaxPool");
        floats(Pooling.as("AveragePool"), "AvgPool");
        moves(FLOATS, Pooling.ofVolumes("MaxPool"), "MaxPool3D");
        floats(Pooling.ofVolumes("AveragePool"), "AvgPool3D");

        numbers(Elementwise.broadcasting("Add"), "Add", "AddV2");
        numbers(Elementwise.broadcasting("Sub"), "Sub");
        numbers(Elementwise.broadcasting("Mul"), "Mul");
        floats(Elementwise.broadcasting("Sum"), "AddN");
        floats(Elementwise.broadcasting("Div"), "RealDiv");
        floats(Elementwise::floorDiv, "FloorDiv");
        numbers(Elementwise.broadcasting("Max"), "Maximum");
        numbers(Elementwise.broadcasting("Min"), "Minimum");
        numbers(Comparisons::floorMod, "FloorMod");
        floats(Elementwise.broadcasting("Pow"), "Pow");
        floats(Elementwise::squaredDifference, "SquaredDifference");
        floats(Elementwise::clip, "ClipByValue");
        floats(Elementwise::divNoNan, "DivNoNan");
        floats(Elementwise.likeInput(0), "ZerosLike");
        floats(Elementwise.likeInput(1), "OnesLike");

        numbers(Elementwise.broadcasting("Greater"), "Greater");
        numbers(Elementwise.broadcasting("GreaterOrEqual"), "GreaterEqual");
        numbers(Elementwise.broadcasting("Less"), "Less");
        numbers(Elementwise.broadcasting("LessOrEqual"), "LessEqual");
        numbers(Elementwise.broadcasting("Equal"), "Equal");
        numbers(Comparisons::notEqual, "NotEqual");
        any(Elementwise.broadcasting("And"), "LogicalAnd");
        any(Elementwise.broadcasting("Or"), "LogicalOr");
        any(Elementwise.unary("Not"), "LogicalNot");
        numbers(Elementwise.broadcasting("Where"), "SelectV2");
        numbers(Comparisons::select, "Select");

        for (var sameName :
                List.of(
                        "Relu",
                        "Elu",
                        "Selu",
                        "Sigmoid",
                        "Tanh",
                        "Softplus",
                        "Softsign",
                        "Abs",
                        "Erf",
                        "Exp",
                        "Log",
                        "Neg",
                        "Sqrt",
                        "Reciprocal",
                        "Floor",
                        "Ceil",
                        "Round",
                        "Sign",
                        "Sin",
                        "Cos",
                        "Tan",
                        "Asin",
                        "Acos",
                        "Atan",
                        "Sinh",
                        "Cosh",
                        "Asinh",
                        "Acosh",
                        "Atanh")) {
            floats(Elementwise.unary(sameName), sameName);
        }
        floats(Elementwise.unary("Round"), "Rint");
        floats(Elementwise::relu6, "Relu6");
        floats(Elementwise::leakyRelu, "LeakyRelu");
        floats(Elementwise::square, "Square");
        floats(Elementwise::rsqrt, "Rsqrt");
        floats(Elementwise::log1p, "Log1p");
        floats(Elementwise::expm1, "Expm1");
        floats(Elementwise.softmax("Softmax"), "Softmax");
        floats(Elementwise.softmax("LogSoftmax"), "LogSoftmax");
        any(Elementwise::cast, "Cast");
        any(Elementwise::identity, "Identity");
        floats(Quantizing::fakeQuantization, "QuantizeAndDequantizeV3", "FakeQuantWithMinMaxVars");

        floats(Reductions::mean, "Mean");
        floats(Reductions.as("ReduceMax"), "Max");
        floats(Reductions.as("ReduceMin"), "Min");
        floats(Reductions::sum, "Sum");
        numbers(Reductions.as("ReduceProd"), "Prod");
        any(Reductions.logical("ReduceMin"), "All");
        any(Reductions.logical("ReduceMax"), "Any");
        numbers(Reductions::cumulativeSum, "Cumsum");
        floats(Reductions.index("ArgMax"), "ArgMax");
        floats(Reductions.index("ArgMin"), "ArgMin");

        moves(ANY, Reshaping::reshape, "Reshape");
        moves(ANY, Reshaping::squeeze, "Squeeze");
        any(Reshaping::shape, "Shape");
        any(Reshaping::fill, "Fill");
        any(Reshaping::broadcast, "BroadcastTo");
        moves(ANY, Reshaping::expandDims, "ExpandDims");
        moves(ANY, Reshaping::transpose, "Transpose");
        moves(FLOATS, Reshaping.blocks("DepthToSpace"), "DepthToSpace");
        moves(FLOATS, Reshaping.blocks("SpaceToDepth"), "SpaceToDepth");
        moves(FLOATS, Reshaping::tile, "Tile");
        moves(ANY, Joining::concat, "ConcatV2");
        moves(ANY, Joining::pack, "Pack");
        moves(ANY, Joining::unpack, "Unpack");
        moves(ANY, Joining::split, "Split");
        moves(ANY, Joining::splitV, "SplitV");
        moves(ANY, Slicing::stridedSlice, "StridedSlice");
        moves(ANY, Slicing::slice, "Slice");
        moves(ANY, Slicing::gather, "GatherV2");
        moves(NUMBERS, Rotation::reverse, "ReverseV2");
        moves(NUMBERS, Rotation::roll, "Roll");
        moves(FLOATS, SpatialBlocks::spaceToBatch, "SpaceToBatchND");
        moves(FLOATS, SpatialBlocks::batchToSpace, "BatchToSpaceND");
        any(Selections::gatherNd, "GatherNd");
        any(Selections::topK, "TopKV2");
        floats(Selections::oneHot, "OneHot");
        any(Selections::nonZero, "Where");
        any(Selections::nonMaxSuppression, "NonMaxSuppressionV3");
        any(CombinedSuppression::write, "CombinedNonMaxSuppression");
        moves(FLOATS, Padding::constant, "Pad", "PadV2");
        moves(FLOATS, Padding::mirror, "MirrorPad");
        floats(Resizing::bilinear, "ResizeBilinear");
        moves(FLOATS, Resizing::nearest, "ResizeNearestNeighbor");
    }

    private OnnxOperations() {}

    /** The row of an operation, if it can be exported. */
    static Optional<Row> of(String op) {
        return Optional.ofNullable(TABLE.get(op));
    }

    /** The operations of the table. */
    static Collection<String> names() {
        return List.copyOf(TABLE.keySet());
    }

    private static void floats(OpConverter converter, String... ops) {
        add(new Row(converter, FLOATS, false), ops);
    }

    private static void numbers(OpConverter converter, String... ops) {
        add(new Row(converter, NUMBERS, false), ops);
    }

    private static void any(OpConverter converter, String... ops) {
        add(new Row(converter, ANY, false), ops);
    }

    private static void moves(Set<DataType> types, OpConverter converter, String... ops) {
        add(new Row(converter, types, true), ops);
    }

    private static void add(Row row, String... ops) {
        for (var op : ops) {
            if (TABLE.put(op, row) != null) {
                throw new IllegalStateException(op + " is in the table twice");
            }
        }
    }
}
