package io.pitlane.data.preprocessing;

import io.pitlane.contract.data.Resize;

/**
 * One axis of a resize: {@code from} pixels become {@code resized}, the first of which lies at
 * {@code offset} of the model's input.
 *
 * @param from pixels of the stored image
 * @param resized pixels after the resize, before padding or crop
 * @param offset pixels of padding before the image; below 0 the pixels that are cropped
 * @param to pixels of the model's input
 */
record ResizeAxis(int from, int resized, int offset, int to) {

    static ResizeAxis identity(int length) {
        return stretch(length, length);
    }

    static ResizeAxis stretch(int from, int to) {
        return new ResizeAxis(from, to, 0, to);
    }

    /**
     * The axis of a resize of the shorter side with a crop of the centre, rounded down as in
     * TensorFlow's preprocessing of ImageNet.
     */
    static ResizeAxis crop(int from, int shorter, Resize.CenterCrop options, int to) {
        int resized = (int) ((long) options.shorterSide() * from / shorter);
        return new ResizeAxis(from, resized, -((resized - to) / 2), to);
    }

    /**
     * The axis of a letterbox, rounded as in tf.image.resize_with_pad: the exact length is {@code
     * from * numerator / denominator}.
     */
    static ResizeAxis letterbox(int from, long numerator, long denominator, int to) {
        long exact = from * numerator;
        int resized = (int) Math.max(1, exact / denominator);
        int offset = (int) ((to * denominator - exact) / (2 * denominator));
        return new ResizeAxis(from, resized, offset, to);
    }

    boolean isIdentity() {
        return from == resized && from == to && offset == 0;
    }

    /** Pixels of padding before the image. */
    int padding() {
        return Math.max(offset, 0);
    }

    /** Resized pixels that are cropped before the first one that the model sees. */
    int cropped() {
        return Math.max(-offset, 0);
    }

    /** Resized pixels that the model sees. */
    int visible() {
        return Math.min(resized - cropped(), to - padding());
    }

    /** A position in the stored image as a position in the model's input. */
    float toInput(float stored) {
        return stored * ((float) resized / from) + offset;
    }

    /**
     * The pixel of a stored mask at the position {@code at / unit} of the model's input; -1 in the
     * padding. Computed with integers, so that it is exact.
     *
     * @param stored pixels of the mask along this axis, which may be more or fewer than those of
     *     the image
     */
    int storedPixel(long at, long unit, int stored) {
        long inside = at - unit * offset;
        long length = unit * resized;
        return inside < 0 || inside >= length ? -1 : (int) (inside * stored / length);
    }
}
