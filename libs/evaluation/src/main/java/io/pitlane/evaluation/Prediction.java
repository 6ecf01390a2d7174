package io.pitlane.evaluation;

import io.pitlane.data.task.ScoredOutput;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.runtime.Outputs;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The prediction of a model for one image.
 *
 * @param values float outputs by name
 * @param classes predicted class of the image, or of each pixel; empty for other tasks
 */
record Prediction(TreeMap<String, float[]> values, int[] classes) {

    /**
     * Extracts the prediction for one image from the outputs for a batch. An output whose first
     * dimension is not a multiple of the batch size is left out.
     *
     * @param classes predicted classes for the batch, if any
     * @param position position of the image in the batch
     * @param batch batch size
     */
    static Prediction of(
            GraphSignature signature,
            Outputs outputs,
            Optional<int[]> classes,
            int position,
            int batch) {
        var values = new TreeMap<String, float[]>();
        for (var port : signature.outputs()) {
            if (ScoredOutput.isFloat(port)) {
                var output = outputs.of(port.name());
                if (isPerImage(output, batch)) {
                    values.put(port.name(), part(output.values(), position, batch));
                }
            }
        }
        return new Prediction(
                values, classes.map(all -> part(all, position, batch)).orElse(new int[0]));
    }

    private static boolean isPerImage(FloatTensor output, int batch) {
        return output.rank() > 0 && output.shape()[0] % batch == 0;
    }

    private static float[] part(float[] values, int position, int batch) {
        int length = values.length / batch;
        return Arrays.copyOfRange(values, position * length, (position + 1) * length);
    }

    private static int[] part(int[] values, int position, int batch) {
        int length = values.length / batch;
        return Arrays.copyOfRange(values, position * length, (position + 1) * length);
    }

    /** Size of all values in bytes. */
    long bytes() {
        long floats = values.values().stream().mapToLong(v -> v.length).sum();
        return Float.BYTES * (floats + classes.length);
    }
}
