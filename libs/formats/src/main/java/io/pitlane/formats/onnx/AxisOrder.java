package io.pitlane.formats.onnx;

import io.pitlane.graph.FloatTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.tensorflow.ndarray.Shape;

/**
 * The order in which an ONNX tensor holds the axes of a TensorFlow tensor: its axis {@code i} is
 * TensorFlow's axis {@code axes.get(i)}. TensorFlow's images {@code [N, H, W, C]} are held as
 * {@code [N, C, H, W]} between ONNX convolutions, in the order {@code 0, 3, 1, 2}.
 *
 * <p>Where an ONNX model is read, the two change places: TensorFlow's tensor holds the axes of the
 * ONNX tensor.
 *
 * @param axes TensorFlow's axes, each once
 */
public record AxisOrder(List<Integer> axes) {
    private static final AxisOrder CHANNELS_FIRST = of(0, 3, 1, 2);
    private static final AxisOrder VOLUME_CHANNELS_FIRST = of(0, 4, 1, 2, 3);

    public AxisOrder {
        axes = List.copyOf(axes);
    }

    /** The order of these axes. */
    public static AxisOrder of(int... axes) {
        return new AxisOrder(Arrays.stream(axes).boxed().toList());
    }

    /** The order of TensorFlow itself. */
    public static AxisOrder unchanged(int rank) {
        return new AxisOrder(IntStream.range(0, rank).boxed().toList());
    }

    /** The order that makes {@code [N, C, D, H, W]} of volumes. */
    static AxisOrder ofVolumes(boolean channelsLast) {
        return channelsLast ? VOLUME_CHANNELS_FIRST : unchanged(5);
    }

    /** The order that makes {@code [N, C, H, W]} of images. */
    static AxisOrder ofImages(boolean channelsLast) {
        return channelsLast ? CHANNELS_FIRST : unchanged(4);
    }

    /** The order of matrices with rows and columns exchanged. */
    static AxisOrder ofTransposedMatrices(int rank) {
        var axes = new ArrayList<>(unchanged(rank).axes);
        axes.set(rank - 2, rank - 1);
        axes.set(rank - 1, rank - 2);
        return new AxisOrder(axes);
    }

    /** Number of axes. */
    public int rank() {
        return axes.size();
    }

    /** Whether no axis has moved. */
    public boolean isUnchanged() {
        return equals(unchanged(rank()));
    }

    /** Where an axis of TensorFlow is held. */
    public int position(long axis) {
        return axes.indexOf((int) axis);
    }

    /** Where axes of TensorFlow are held. */
    public long[] positions(long... tensorFlowAxes) {
        return Arrays.stream(tensorFlowAxes).map(this::position).toArray();
    }

    /** The {@code perm} of the ONNX Transpose that changes this order into another. */
    public long[] permutationTo(AxisOrder wanted) {
        return wanted.axes.stream().mapToLong(this::position).toArray();
    }

    /** Values given for each of TensorFlow's axes, in this order. */
    public long[] arranged(long... values) {
        return axes.stream().mapToLong(axis -> values[axis]).toArray();
    }

    /** What remains when some of TensorFlow's axes are removed. */
    public AxisOrder without(Set<Integer> removed) {
        return new AxisOrder(
                axes.stream()
                        .filter(axis -> !removed.contains(axis))
                        .map(
                                axis ->
                                        axis
                                                - (int)
                                                        removed.stream()
                                                                .filter(gone -> gone < axis)
                                                                .count())
                        .toList());
    }

    /** The order with one more axis, which is TensorFlow's axis {@code added}. */
    public AxisOrder with(int added) {
        if (isUnchanged()) {
            return unchanged(rank() + 1);
        }
        var longer = new ArrayList<Integer>();
        axes.forEach(axis -> longer.add(axis < added ? axis : axis + 1));
        longer.add(added);
        return new AxisOrder(longer);
    }

    /**
     * The order in which the same ONNX tensor holds the result of a TensorFlow Transpose, whose
     * axis {@code i} is axis {@code permutation[i]} of what it transposes.
     */
    public AxisOrder transposed(long... permutation) {
        var position = new int[rank()];
        for (int i = 0; i < permutation.length; i++) {
            position[(int) permutation[i]] = i;
        }
        return new AxisOrder(axes.stream().map(axis -> position[axis]).toList());
    }

    /** Whether the values are in TensorFlow's order because only axes of size 1 have moved. */
    public boolean keepsValuesInPlace(Shape shape) {
        if (isUnchanged()) {
            return true;
        }
        if (shape.isUnknown()) {
            return false;
        }
        var larger = axes.stream().filter(axis -> shape.get(axis) != 1).toList();
        return larger.equals(larger.stream().sorted().toList());
    }

    /** A constant with its axes in this order. */
    public FloatTensor arranged(FloatTensor tensor) {
        if (isUnchanged()) {
            return tensor;
        }
        var shape = arranged(tensor.shape());
        var strides = arranged(strides(tensor.shape()));
        var values = new float[tensor.values().length];
        var at = new long[rank()];
        int from = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.values()[from];
            for (int axis = rank() - 1; axis >= 0; axis--) {
                from += (int) strides[axis];
                if (++at[axis] < shape[axis]) {
                    break;
                }
                from -= (int) (strides[axis] * shape[axis]);
                at[axis] = 0;
            }
        }
        return new FloatTensor(values, shape);
    }

    /** How far apart neighbours along each axis are, in row-major order. */
    private static long[] strides(long[] shape) {
        var strides = new long[shape.length];
        long stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        return strides;
    }
}
