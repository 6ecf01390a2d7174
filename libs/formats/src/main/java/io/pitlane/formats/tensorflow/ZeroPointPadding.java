package io.pitlane.formats.tensorflow;

import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_UINT8;

import io.pitlane.graph.Attributes;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.InferredShapes;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.fusion.FusedLayer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/**
 * Pads shifted bytes with their zero point. A convolution itself pads with the byte 0, which stands
 * for a negative value there.
 */
final class ZeroPointPadding {
    private static final int RANK = 4;

    private final GraphEditor editor;
    private final InferredShapes shapes;

    /**
     * Padding for the convolutions of a graph.
     *
     * @param shapes of its float tensors
     */
    ZeroPointPadding(GraphEditor editor, InferredShapes shapes) {
        this.editor = editor;
        this.shapes = shapes;
    }

    /**
     * The input of a convolution, padded as the convolution pads it, so that its own padding is
     * VALID; empty where its bytes are not shifted or it pads nothing.
     */
    Optional<TensorRef> of(FusedLayer convolution, Int8Tensor input, String name) {
        var geometry = Geometry.of(convolution);
        if (!input.scale().isShifted() || geometry.padsNothing()) {
            return Optional.empty();
        }
        var size = shapes.of(convolution.input());
        var paddings =
                geometry.isStatic(size)
                        ? constant(geometry, size, name)
                        : computed(geometry, input, name);
        return Optional.of(pad(input, paddings, DT_INT32, name + "/padded"));
    }

    /**
     * Adds bytes of the value 0 around others.
     *
     * @param paddings {@code [rank, 2]}, before and after each axis
     * @param type of the paddings
     */
    TensorRef pad(Int8Tensor input, TensorRef paddings, DataType type, String wanted) {
        var name = editor.freshName(wanted);
        editor.put(
                NodeBuilder.constant(
                        name + "/zero",
                        TensorProto.newBuilder()
                                .setDtype(DT_UINT8)
                                .setTensorShape(NodeBuilder.shapeProto())
                                .addIntVal(input.scale().zeroPoint())
                                .build()));
        editor.put(
                NodeBuilder.of("PadV2", name + "/bytes")
                        .input(
                                Bitcast.add(
                                        editor,
                                        input.value(),
                                        input.type(),
                                        DT_UINT8,
                                        name + "/unpadded"))
                        .input(paddings)
                        .input(name + "/zero")
                        .type("T", DT_UINT8)
                        .type("Tpaddings", type)
                        .build());
        return Bitcast.add(editor, TensorRef.of(name + "/bytes"), DT_UINT8, input.type(), name);
    }

    private TensorRef constant(Geometry geometry, Shape size, String name) {
        var values = new int[2 * RANK];
        for (int axis = 0; axis < RANK; axis++) {
            values[2 * axis] = geometry.before(axis, size);
            values[2 * axis + 1] = geometry.total(axis, size) - values[2 * axis];
        }
        var proto =
                TensorProto.newBuilder()
                        .setDtype(DT_INT32)
                        .setTensorShape(NodeBuilder.shapeProto(RANK, 2));
        IntStream.of(values).forEach(proto::addIntVal);
        var paddings = name + "/paddings";
        editor.put(NodeBuilder.constant(paddings, proto.build()));
        return TensorRef.of(paddings);
    }

    /**
     * SAME padding of an image whose size is known when the graph runs only: in each axis {@code
     * max(0, floor((size - 1) / stride) * stride + reach - size)}, the smaller half before.
     */
    private TensorRef computed(Geometry geometry, Int8Tensor input, String name) {
        var at = name + "/paddings";
        editor.put(NodeBuilder.intVector(at + "/one", 1));
        editor.put(NodeBuilder.intVector(at + "/two", 2));
        editor.put(NodeBuilder.intVector(at + "/none", 0));
        editor.put(NodeBuilder.intVector(at + "/strides", geometry.strides()));
        editor.put(NodeBuilder.intVector(at + "/reach", geometry.reach()));
        editor.put(
                NodeBuilder.of("Shape", at + "/size")
                        .input(input.value())
                        .type("T", input.type())
                        .type("out_type", DT_INT32)
                        .build());
        integers("Sub", at + "/last", at + "/size", at + "/one");
        integers("FloorDiv", at + "/steps", at + "/last", at + "/strides");
        integers("Mul", at + "/start", at + "/steps", at + "/strides");
        integers("AddV2", at + "/end", at + "/start", at + "/reach");
        integers("Sub", at + "/beyond", at + "/end", at + "/size");
        integers("Maximum", at + "/total", at + "/beyond", at + "/none");
        integers("FloorDiv", at + "/before", at + "/total", at + "/two");
        integers("Sub", at + "/after", at + "/total", at + "/before");
        editor.put(
                NodeBuilder.of("Pack", at)
                        .input(at + "/before")
                        .input(at + "/after")
                        .integer("N", 2)
                        .integer("axis", 1)
                        .type("T", DT_INT32)
                        .build());
        return TensorRef.of(at);
    }

    private void integers(String op, String name, String left, String right) {
        editor.put(NodeBuilder.of(op, name).input(left).input(right).type("T", DT_INT32).build());
    }

    /**
     * Where a convolution in NHWC reads.
     *
     * @param padding VALID, SAME or EXPLICIT
     * @param explicit rows and columns before and after, for EXPLICIT
     * @param strides of each axis
     * @param reach from the first to the last value of a window, of each axis
     */
    private record Geometry(String padding, List<Long> explicit, int[] strides, int[] reach) {

        static Geometry of(FusedLayer convolution) {
            var attributes = Attributes.of(convolution.product());
            var filter = convolution.weights().shape();
            var strides = attributes.ints("strides", List.of(1L, 1L, 1L, 1L));
            var dilations = attributes.ints("dilations", List.of(1L, 1L, 1L, 1L));
            var reach = new int[] {1, 1, 1, 1};
            for (int axis = 1; axis <= 2; axis++) {
                reach[axis] = (int) ((filter[axis - 1] - 1) * dilations.get(axis) + 1);
            }
            return new Geometry(
                    attributes.string("padding", "VALID"),
                    attributes.ints("explicit_paddings", List.of()),
                    strides.stream().mapToInt(Long::intValue).toArray(),
                    reach);
        }

        boolean padsNothing() {
            return switch (padding) {
                case "SAME" -> IntStream.of(reach).allMatch(values -> values == 1);
                case "EXPLICIT" -> explicit.stream().allMatch(values -> values == 0);
                default -> true;
            };
        }

        /** Whether the padding is the same for every image. */
        boolean isStatic(Shape size) {
            return padding.equals("EXPLICIT")
                    || IntStream.range(0, RANK)
                            .allMatch(
                                    axis ->
                                            strides[axis] == 1
                                                    || size.get(axis) != Shape.UNKNOWN_SIZE);
        }

        int before(int axis, Shape size) {
            return padding.equals("EXPLICIT")
                    ? explicit.get(2 * axis).intValue()
                    : total(axis, size) / 2;
        }

        int total(int axis, Shape size) {
            if (padding.equals("EXPLICIT")) {
                return explicit.get(2 * axis).intValue() + explicit.get(2 * axis + 1).intValue();
            }
            if (strides[axis] == 1) {
                return reach[axis] - 1;
            }
            int start = (int) ((size.get(axis) - 1) / strides[axis]) * strides[axis];
            return Math.max(0, start + reach[axis] - (int) size.get(axis));
        }
    }
}
