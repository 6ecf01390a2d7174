package io.pitlane.formats.onnx.reading;

import ai.onnx.proto.OnnxMl;
import io.pitlane.contract.data.InputSpec.Layout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out the order of an image input's axes where nobody tells it: by the first operator that
 * distinguishes channels from space, else by the sizes.
 */
final class ImageInputs {
    /** Operators that take channels from axis 1. */
    private static final Set<String> CHANNELS_FIRST =
            Set.of(
                    "Conv",
                    "ConvTranspose",
                    "BatchNormalization",
                    "InstanceNormalization",
                    "MaxPool",
                    "AveragePool",
                    "GlobalAveragePool",
                    "GlobalMaxPool",
                    "LRN",
                    "DepthToSpace",
                    "SpaceToDepth",
                    "QLinearConv");

    /** Operators that leave the axes as they are. */
    private static final Set<String> KEEPS_AXES =
            Set.of(
                    "Identity",
                    "Cast",
                    "Add",
                    "Sub",
                    "Mul",
                    "Div",
                    "Pad",
                    "Clip",
                    "Relu",
                    "LeakyRelu",
                    "Sigmoid",
                    "Tanh",
                    "Dropout",
                    "Resize",
                    "Upsample",
                    "Concat",
                    "QuantizeLinear",
                    "DequantizeLinear");

    private static final List<Long> TO_CHANNELS_FIRST = List.of(0L, 3L, 1L, 2L);
    private static final Set<Long> FEW_CHANNELS = Set.of(1L, 3L, 4L);

    private final Map<String, List<OnnxMl.NodeProto>> readers = new HashMap<>();

    ImageInputs(List<OnnxMl.NodeProto> nodes) {
        for (var node : nodes) {
            for (var input : node.getInputList()) {
                readers.computeIfAbsent(input, name -> new ArrayList<>()).add(node);
            }
        }
    }

    /**
     * The layout of an input.
     *
     * @param shape its four sizes, -1 where one is variable
     */
    Layout layout(String input, long[] shape) {
        return byOperators(input).orElseGet(() -> bySizes(shape));
    }

    private Optional<Layout> byOperators(String input) {
        var pending = new ArrayDeque<String>(List.of(input));
        var seen = new HashSet<String>();
        while (!pending.isEmpty()) {
            for (var node : readers.getOrDefault(pending.pop(), List.of())) {
                if (CHANNELS_FIRST.contains(node.getOpType())) {
                    return Optional.of(Layout.NCHW);
                }
                if (node.getOpType().equals("Transpose") && turns(node)) {
                    return Optional.of(Layout.NHWC);
                }
                if (KEEPS_AXES.contains(node.getOpType())) {
                    node.getOutputList().stream().filter(seen::add).forEach(pending::add);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean turns(OnnxMl.NodeProto transpose) {
        return transpose.getAttributeList().stream()
                .anyMatch(
                        attribute ->
                                attribute.getName().equals("perm")
                                        && attribute.getIntsList().equals(TO_CHANNELS_FIRST));
    }

    private static Layout bySizes(long[] shape) {
        boolean last = FEW_CHANNELS.contains(shape[3]) && !FEW_CHANNELS.contains(shape[1]);
        return last ? Layout.NHWC : Layout.NCHW;
    }
}
