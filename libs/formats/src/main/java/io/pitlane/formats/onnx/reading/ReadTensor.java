package io.pitlane.formats.onnx.reading;

import io.pitlane.formats.onnx.AxisOrder;
import io.pitlane.graph.quantization.Quantization;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/**
 * A tensor of the ONNX model, as TensorFlow's graph holds it.
 *
 * @param output the tensor of the graph; null for a constant of the file that nothing has used yet
 * @param value its value in ONNX's order, where it is a constant of the file; else null
 * @param order the order in which TensorFlow's tensor holds ONNX's axes
 * @param constant whether it depends on constants only
 * @param elements for a vector or scalar of integers, as far as they are known: {@link #UNKNOWN}
 *     elsewhere; else null
 * @param flattened where it is the flattened form of images; else null
 * @param quantization how integers stand for a constant's values, by ONNX's axis; null where they
 *     do not
 * @param integers where ONNX has integers for these values, what they stand for; else null
 */
record ReadTensor(
        Output<?> output,
        TensorProto value,
        AxisOrder order,
        boolean constant,
        long[] elements,
        FlattenedImages flattened,
        Quantization quantization,
        IntegerScale integers) {
    /**
     * An element that only the batch, or the size of an image, tells. Exporters write the limits of
     * the type for "to the end"; this is none of them.
     */
    static final long UNKNOWN = Long.MIN_VALUE / 3;

    private static final Set<String> NON_NEGATIVE = Set.of("Relu", "Relu6", "Sigmoid", "Softmax");

    /**
     * Images that were flattened to {@code [N, C * H * W]}.
     *
     * @param images the images, {@code [N, H, W, C]}
     * @param sizes {@code C, H, W}
     */
    record FlattenedImages(Output<?> images, long[] sizes) {}

    static ReadTensor constant(TensorProto value) {
        int rank = value.getTensorShape().getDimCount();
        return new ReadTensor(null, value, AxisOrder.unchanged(rank), true, null, null, null, null);
    }

    static ReadTensor computed(Output<?> output, AxisOrder order, boolean constant) {
        return new ReadTensor(output, null, order, constant, null, null, null, null);
    }

    ReadTensor withElements(long[] known) {
        return new ReadTensor(
                output, value, order, constant, known, flattened, quantization, integers);
    }

    ReadTensor withFlattened(FlattenedImages images) {
        return new ReadTensor(
                output, value, order, constant, elements, images, quantization, integers);
    }

    ReadTensor withQuantization(Quantization weights) {
        return new ReadTensor(
                output, value, order, constant, elements, flattened, weights, integers);
    }

    ReadTensor withIntegers(IntegerScale scale) {
        return new ReadTensor(
                output, value, order, constant, elements, flattened, quantization, scale);
    }

    int rank() {
        return order.rank();
    }

    DataType type() {
        return value == null ? output.dataType() : value.getDtype();
    }

    /** Sizes in ONNX's order, -1 where one is variable. */
    long[] shape() {
        var shape = new long[rank()];
        if (value != null) {
            for (int axis = 0; axis < shape.length; axis++) {
                shape[axis] = value.getTensorShape().getDim(axis).getSize();
            }
            return shape;
        }
        for (int i = 0; i < shape.length; i++) {
            shape[order.axes().get(i)] = Math.max(-1, output.shape().get(i));
        }
        return shape;
    }

    /** Whether no value can be negative, by the operation that makes it. */
    boolean isNonNegative() {
        return output != null && NON_NEGATIVE.contains(output.op().type());
    }

    Optional<long[]> knownElements() {
        return Optional.ofNullable(elements);
    }
}
