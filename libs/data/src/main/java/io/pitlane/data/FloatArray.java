package io.pitlane.data;

import io.pitlane.graph.FloatTensor;
import java.util.Arrays;

/**
 * An array of float32 as stored, such as a spectrogram {@code [T, F]} or a range image {@code [H,
 * W, C]} of a lidar.
 *
 * @param tensor its values, without a batch dimension
 */
public record FloatArray(FloatTensor tensor) implements Sample {

    /** The shape, as {@code [128, 64]}. */
    @Override
    public String size() {
        return Arrays.toString(tensor.shape());
    }

    @Override
    public int bytes() {
        return tensor.values().length * Float.BYTES;
    }
}
