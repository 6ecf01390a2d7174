package io.pitlane.nas;

/**
 * What flows between two layers, for one image.
 *
 * @param height rows
 * @param width columns
 * @param channels values at each place
 */
record Volume(int height, int width, int channels) {

    /** What a kernel with this stride and padding SAME makes of it, with so many channels. */
    Volume strided(int stride, int newChannels) {
        return new Volume(ceiling(height, stride), ceiling(width, stride), newChannels);
    }

    private static int ceiling(int size, int stride) {
        return (size + stride - 1) / stride;
    }

    long places() {
        return (long) height * width;
    }
}
