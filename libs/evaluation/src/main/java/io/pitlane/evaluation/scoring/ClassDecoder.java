package io.pitlane.evaluation.scoring;

import io.pitlane.graph.FloatTensor;

/**
 * Decodes the output of a model into the predicted class of every image or pixel. Of equal scores
 * the lower class wins; a NaN score gives {@link #NONE}.
 *
 * @param ids whether the output holds class ids instead of scores
 * @param perPixel whether a class is predicted per pixel
 * @param channelsFirst whether scores of pixels are {@code [N, classes, H, W]}
 * @param threshold for a single score: above it class 1, else class 0
 */
public record ClassDecoder(boolean ids, boolean perPixel, boolean channelsFirst, float threshold) {
    /** No class was predicted. */
    static final int NONE = -1;

    /** The predicted classes, in the order of the images and of the pixels in an image. */
    public int[] classes(FloatTensor output) {
        if (ids) {
            return rounded(output.values());
        }
        int count = count(output);
        if (count == 1) {
            return binary(output.values());
        }
        int inner = isFirst(output) ? height(output) * width(output) : 1;
        return argMax(output.values(), count, inner);
    }

    /** Number of scores per image or pixel; not for class ids. */
    int count(FloatTensor output) {
        int axis = classAxis(output.rank());
        return axis < 0 ? 1 : Math.toIntExact(output.shape()[axis]);
    }

    private int classAxis(int rank) {
        if (perPixel) {
            return rank < 4 ? -1 : channelsFirst ? 1 : 3;
        }
        return rank < 2 ? -1 : rank - 1;
    }

    /** Height of a class map. */
    int height(FloatTensor output) {
        return Math.toIntExact(output.shape()[isFirst(output) ? 2 : 1]);
    }

    /** Width of a class map. */
    int width(FloatTensor output) {
        return Math.toIntExact(output.shape()[isFirst(output) ? 3 : 2]);
    }

    private boolean isFirst(FloatTensor output) {
        return perPixel && !ids && channelsFirst && output.rank() == 4;
    }

    private static int[] rounded(float[] values) {
        var classes = new int[values.length];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = Math.round(values[i]);
        }
        return classes;
    }

    private int[] binary(float[] values) {
        var classes = new int[values.length];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = Float.isNaN(values[i]) ? NONE : values[i] > threshold ? 1 : 0;
        }
        return classes;
    }

    private static int[] argMax(float[] values, int count, int inner) {
        var classes = new int[values.length / count];
        for (int i = 0; i < classes.length; i++) {
            int first = i / inner * count * inner + i % inner;
            classes[i] = argMax(values, first, count, inner);
        }
        return classes;
    }

    private static int argMax(float[] values, int first, int count, int step) {
        int top = 0;
        for (int c = 0; c < count; c++) {
            float value = values[first + c * step];
            if (Float.isNaN(value)) {
                return NONE;
            }
            if (value > values[first + top * step]) {
                top = c;
            }
        }
        return top;
    }
}
