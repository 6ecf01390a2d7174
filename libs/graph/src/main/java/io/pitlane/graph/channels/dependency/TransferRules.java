package io.pitlane.graph.channels.dependency;

import io.pitlane.graph.operation.KernelLayout;
import io.pitlane.graph.operation.Operation.Kind;
import io.pitlane.graph.operation.Operations;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.proto.NodeDef;

/** The {@link TransferRule} of every operation that has one. */
public final class TransferRules {
    private static final TransferRule UNKNOWN =
            (node, trace) -> trace.freezeInputs(node, "is no op that pruning can follow");

    private static final Map<String, TransferRule> BY_NAME = byName();

    private TransferRules() {}

    /** Whether a node makes channels of its own, whatever reaches it. */
    public static boolean isLayer(NodeDef node) {
        return Operations.of(node).kind() == Kind.LAYER;
    }

    /** What a node does with channels; one that is not known freezes them. */
    static TransferRule of(NodeDef node) {
        var named = BY_NAME.get(node.getOp());
        return named == null ? ofKind(node) : named;
    }

    private static TransferRule ofKind(NodeDef node) {
        var operation = Operations.of(node);
        return switch (operation.kind()) {
            case LAYER -> ofLayer(operation.kernel().orElseThrow());
            case BIAS -> LayerRules::bias;
            case BATCH_NORM -> LayerRules::batchNorm;
            case ADDITION, SUBTRACTION, MULTIPLICATION, DIVISION, COMPARISON, BROADCAST ->
                    ElementwiseRules::broadcast;
            case ACTIVATION, POINTWISE, IDENTITY, POOLING, RESIZE -> ElementwiseRules::unary;
            case SOFTMAX -> ElementwiseRules::softmax;
            case PADDING -> RearrangementRules::pad;
            case REDUCTION -> ShapeRules::reduce;
            case FUSED_LAYER,
                    OTHER_LAYER,
                    RESHAPE,
                    CONCATENATION,
                    SELECTION,
                    QUANTIZATION,
                    VARIABLE,
                    SWITCH,
                    MERGE,
                    OTHER ->
                    UNKNOWN;
        };
    }

    private static TransferRule ofLayer(KernelLayout layout) {
        return switch (layout) {
            case CONVOLUTION -> LayerRules::convolution;
            case TRANSPOSED_CONVOLUTION -> LayerRules::transposedConvolution;
            case DEPTHWISE -> LayerRules::depthwise;
            case MATRIX -> LayerRules::dense;
            case EINSUM -> UNKNOWN;
        };
    }

    /** The rules of operations that move axes, or take axes and sizes as inputs. */
    private static Map<String, TransferRule> byName() {
        var rules = new HashMap<String, TransferRule>();
        rules.put("ConcatV2", JoinRules::concat);
        rules.put("Pack", JoinRules::pack);
        rules.put("Split", SplitRules::split);
        rules.put("SplitV", SplitRules::splitBySizes);
        rules.put("Unpack", SplitRules::unpack);
        rules.put("Slice", SliceRules::slice);
        rules.put("StridedSlice", SliceRules::stridedSlice);
        rules.put("GatherV2", SliceRules::gather);
        rules.put("Tile", RearrangementRules::tile);
        rules.put("ReverseV2", RearrangementRules::reverse);
        rules.put("Roll", RearrangementRules::roll);
        rules.put("Reshape", ShapeRules::reshape);
        rules.put("Squeeze", ShapeRules::squeeze);
        rules.put("ExpandDims", ShapeRules::expandDims);
        rules.put("Transpose", ShapeRules::transpose);
        rules.put("SpaceToBatchND", ShapeRules::spaceAndBatch);
        rules.put("BatchToSpaceND", ShapeRules::spaceAndBatch);
        rules.put("SpaceToDepth", ShapeRules::spaceToDepth);
        rules.put("DepthToSpace", ShapeRules::depthToSpace);
        rules.put("ArgMax", ShapeRules::choose);
        rules.put("ArgMin", ShapeRules::choose);
        rules.put("Shape", ShapeRules::shape);
        rules.put("Select", ElementwiseRules::select);
        // Its attribute counts the channels.
        rules.put("EnsureShape", UNKNOWN);
        return Map.copyOf(rules);
    }
}
