package io.pitlane.data.source;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.data.FloatArray;
import io.pitlane.data.ImageStore;
import io.pitlane.graph.FloatTensor;
import java.util.Arrays;

/**
 * The items of a float array {@code [N, ...]} of a .npz file; float64 is rounded to float32.
 *
 * @param array the array of all items
 * @param name the array and its file, for messages
 */
record NpzArrays(NpyArray array, String name) implements ImageStore {

    @Override
    public int size() {
        return array.count();
    }

    @Override
    public FloatArray sample(int i) {
        int each = array.values() / array.count();
        float[] values = array.floats(i * each, each);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw invalidInput(
                        "%s holds %s in item %d.".formatted(name, value, i),
                        "Replace it by a finite number.");
            }
        }
        long[] shape = Arrays.stream(array.shape()).skip(1).asLongStream().toArray();
        return new FloatArray(new FloatTensor(values, shape));
    }

    @Override
    public String name(int i) {
        return "item " + i;
    }
}
