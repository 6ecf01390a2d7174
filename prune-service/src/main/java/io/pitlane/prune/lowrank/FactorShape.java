package io.pitlane.prune.lowrank;

import java.util.List;

/**
 * One factor of a layer: a kernel of {@code [height, width, inputs, outputs]}.
 *
 * @param vertical whether it takes the layer's vertical stride, dilation and padding
 * @param horizontal likewise
 */
record FactorShape(
        int height, int width, int inputs, int outputs, boolean vertical, boolean horizontal) {

    /** A 1x1 convolution, or a dense layer. */
    static FactorShape pointwise(int inputs, int outputs) {
        return new FactorShape(1, 1, inputs, outputs, false, false);
    }

    /** A kernel that does all that the layer does with its pixels. */
    static FactorShape full(int height, int width, int inputs, int outputs) {
        return new FactorShape(height, width, inputs, outputs, true, true);
    }

    long[] dimensions() {
        return new long[] {height, width, inputs, outputs};
    }

    long parameters() {
        return (long) height * width * inputs * outputs;
    }

    /**
     * The height and width of what a layer reads and gives; 1 for a dense layer.
     *
     * @param rowsIn height of what it reads
     * @param columnsIn its width
     * @param rowsOut height of what it gives
     * @param columnsOut its width
     */
    record Pixels(int rowsIn, int columnsIn, int rowsOut, int columnsOut) {
        static final Pixels DENSE = new Pixels(1, 1, 1, 1);

        /** Multiply-accumulates of one factor after the other, for one image. */
        long macs(List<FactorShape> factors) {
            long macs = 0;
            long rows = rowsIn;
            long columns = columnsIn;
            for (var factor : factors) {
                rows = factor.vertical ? rowsOut : rows;
                columns = factor.horizontal ? columnsOut : columns;
                macs += rows * columns * factor.parameters();
            }
            return macs;
        }
    }
}
