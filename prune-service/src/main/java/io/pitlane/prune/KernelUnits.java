package io.pitlane.prune;

import io.pitlane.contract.pruning.SparsityPattern.Blocks;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.operation.LayerKernel;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * The units of a kernel that are removed as a whole: single weights, blocks or rows. At each
 * spatial position the kernel is a matrix {@code [outputs, inputs]}. A unit is known by the index
 * of its first weight in the row-major values of the kernel.
 */
final class KernelUnits {
    private final Axis outputs;
    private final Axis inputs;
    private final long[] shape;
    private final Form form;

    /** How weights are joined to units. */
    private sealed interface Form {
        record Single() implements Form {}

        record Block(int rows, int columns) implements Form {}

        record Row() implements Form {}
    }

    /** An axis of the kernel; its step is the distance of neighbours in row-major order. */
    private record Axis(int size, int step) {
        static final Axis NONE = new Axis(1, 1);

        static Axis of(long[] shape, int axis) {
            int step = 1;
            for (int inner = axis + 1; inner < shape.length; inner++) {
                step *= (int) shape[inner];
            }
            return new Axis((int) shape[axis], step);
        }

        int at(int weight) {
            return weight / step % size;
        }
    }

    private KernelUnits(Axis outputs, Axis inputs, long[] shape, Form form) {
        this.outputs = outputs;
        this.inputs = inputs;
        this.shape = shape;
        this.form = form;
    }

    /** Single weights of any kernel. */
    static KernelUnits single(FloatTensor kernel) {
        return new KernelUnits(Axis.NONE, Axis.NONE, kernel.shape(), new Form.Single());
    }

    /** Single weights; empty where the kernel is no matrix of outputs and inputs. */
    static Optional<KernelUnits> single(LayerKernel kernel) {
        return of(kernel, new Form.Single());
    }

    /** Blocks of the matrix; empty where the kernel is none, or they do not fill it. */
    static Optional<KernelUnits> blocks(LayerKernel kernel, Blocks size) {
        return of(kernel, new Form.Block(size.rows(), size.columns()))
                .filter(units -> units.outputs.size % size.rows() == 0)
                .filter(units -> units.inputs.size % size.columns() == 0);
    }

    /** All weights of an output channel; empty where the kernel is no matrix. */
    static Optional<KernelUnits> rows(LayerKernel kernel) {
        return of(kernel, new Form.Row());
    }

    private static Optional<KernelUnits> of(LayerKernel kernel, Form form) {
        if (kernel.outputAxis().isEmpty() || kernel.inputAxis().isEmpty()) {
            return Optional.empty();
        }
        var shape = kernel.values().shape();
        return Optional.of(
                new KernelUnits(
                        Axis.of(shape, kernel.outputAxis().getAsInt()),
                        Axis.of(shape, kernel.inputAxis().getAsInt()),
                        shape,
                        form));
    }

    /** Number of input channels. */
    int inputs() {
        return inputs.size;
    }

    /** The weight in another column of the same row and position. */
    int inColumn(int weight, int column) {
        return weight + (column - inputs.at(weight)) * inputs.step;
    }

    /** The column of a weight. */
    int column(int weight) {
        return inputs.at(weight);
    }

    private int unit(int weight) {
        if (form instanceof Form.Block block) {
            return weight
                    - outputs.at(weight) % block.rows * outputs.step
                    - inputs.at(weight) % block.columns * inputs.step;
        }
        return form instanceof Form.Row ? outputs.at(weight) * outputs.step : weight;
    }

    /** Number of units. */
    int count() {
        if (form instanceof Form.Block block) {
            return size() / (block.rows * block.columns);
        }
        return form instanceof Form.Row ? outputs.size : size();
    }

    private int size() {
        return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    }

    /**
     * The mean magnitude of each unit, at the index of its first weight; NaN elsewhere.
     *
     * @param values of the kernel, or gradients of the same shape
     */
    float[] scores(float[] values) {
        var scores = new float[values.length];
        Arrays.fill(scores, Float.NaN);
        int perUnit = values.length / count();
        for (int weight = 0; weight < values.length; weight++) {
            int unit = unit(weight);
            float before = Float.isNaN(scores[unit]) ? 0 : scores[unit];
            scores[unit] = before + Math.abs(values[weight]) / perUnit;
        }
        return scores;
    }

    /** 0 for each weight of these units, 1 elsewhere. */
    FloatTensor mask(BitSet removed) {
        var mask = new float[size()];
        for (int weight = 0; weight < mask.length; weight++) {
            mask[weight] = removed.get(unit(weight)) ? 0 : 1;
        }
        return new FloatTensor(mask, shape);
    }
}
