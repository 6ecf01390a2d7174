package io.pitlane.model.channels;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.NodeDef;

/** The {@link TransferRule} of every op that has one. */
final class TransferRules {
    private static final TransferRule UNKNOWN =
            (node, trace) -> trace.freezeInputs(node, "is no op that pruning can follow");

    private static final Map<String, TransferRule> LAYERS = layers();
    private static final Map<String, TransferRule> CARRIERS = carriers();

    private TransferRules() {}

    /** Whether a node makes channels of its own, whatever reaches it. */
    static boolean isLayer(NodeDef node) {
        return LAYERS.containsKey(node.getOp());
    }

    /** What a node does with channels; one that is not known freezes them. */
    static TransferRule of(NodeDef node) {
        return isLayer(node)
                ? LAYERS.get(node.getOp())
                : CARRIERS.getOrDefault(node.getOp(), UNKNOWN);
    }

    private static Map<String, TransferRule> layers() {
        return table(
                Map.of(
                        "Conv2D Conv3D",
                        LayerRules::convolution,
                        "Conv2DBackpropInput Conv3DBackpropInputV2",
                        LayerRules::transposedConvolution,
                        "DepthwiseConv2dNative",
                        LayerRules::depthwise,
                        "MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3",
                        LayerRules::dense));
    }

    private static Map<String, TransferRule> carriers() {
        var rules = new HashMap<String, TransferRule>();
        rules.putAll(sameShape());
        rules.putAll(shapeChanging());
        rules.putAll(
                table(
                        Map.of(
                                "BiasAdd", LayerRules::bias,
                                "FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3",
                                        LayerRules::batchNorm,
                                "ConcatV2", JoinRules::concat,
                                "Split", JoinRules::split,
                                "Pad PadV2 MirrorPad", JoinRules::pad,
                                "Slice", JoinRules::slice,
                                "StridedSlice", JoinRules::stridedSlice)));
        rules.putAll(
                table(
                        Map.of(
                                "SplitV", JoinRules::splitBySizes,
                                "Pack", JoinRules::pack,
                                "Unpack", JoinRules::unpack,
                                "Tile", JoinRules::tile,
                                "ReverseV2", JoinRules::reverse,
                                "Roll", JoinRules::roll,
                                "GatherV2", JoinRules::gather)));
        return Map.copyOf(rules);
    }

    private static Map<String, TransferRule> sameShape() {
        var rules = new HashMap<String, TransferRule>();
        for (var ops :
                List.of(
                        "Relu Relu6 LeakyRelu Elu Selu Sigmoid Tanh Softplus Softsign Erf Erfc",
                        "Exp Expm1 Log Log1p Neg Abs Sign Square Sqrt Rsqrt Reciprocal Inv",
                        "Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh",
                        "Identity Snapshot StopGradient CheckNumerics Cast Floor Ceil Round Rint",
                        "IsNan IsInf IsFinite LogicalNot ZerosLike OnesLike",
                        "FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars",
                        "MaxPool MaxPoolV2 AvgPool MaxPool3D AvgPool3D",
                        "ResizeBilinear ResizeNearestNeighbor ResizeBicubic ResizeArea",
                        "CropAndResize ScaleAndTranslate")) {
            rules.putAll(table(Map.of(ops, ElementwiseRules::unary)));
        }
        for (var ops :
                List.of(
                        "Add AddV2 AddN Sub Mul MulNoNan Div RealDiv DivNoNan Maximum Minimum Pow",
                        "FloorDiv FloorMod Mod TruncateDiv TruncateMod Atan2 Xdivy Xlogy",
                        "Greater GreaterEqual Less LessEqual Equal NotEqual",
                        "LogicalAnd LogicalOr SelectV2 SquaredDifference ClipByValue")) {
            rules.putAll(table(Map.of(ops, ElementwiseRules::broadcast)));
        }
        rules.put("Softmax", ElementwiseRules::softmax);
        rules.put("LogSoftmax", ElementwiseRules::softmax);
        rules.put("Select", ElementwiseRules::select);
        return rules;
    }

    private static Map<String, TransferRule> shapeChanging() {
        return table(
                Map.of(
                        "Reshape", ShapeRules::reshape,
                        "Squeeze", ShapeRules::squeeze,
                        "ExpandDims", ShapeRules::expandDims,
                        "Transpose", ShapeRules::transpose,
                        "Mean Max Min Sum Prod", ShapeRules::reduce,
                        "SpaceToBatchND BatchToSpaceND", ShapeRules::spaceAndBatch,
                        "SpaceToDepth", ShapeRules::spaceToDepth,
                        "DepthToSpace", ShapeRules::depthToSpace,
                        "ArgMax ArgMin", ShapeRules::choose,
                        "Shape", ShapeRules::shape));
    }

    /** One entry an op from a table whose keys name several. */
    private static Map<String, TransferRule> table(Map<String, TransferRule> byOps) {
        var byOp = new HashMap<String, TransferRule>();
        byOps.forEach(
                (ops, rule) -> {
                    for (var op : ops.split(" ")) {
                        byOp.put(op, rule);
                    }
                });
        return byOp;
    }
}
