package io.pitlane.evaluation;

import io.pitlane.data.task.ScoredOutput;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.runtime.Outputs;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a model answered to one image.
 *
 * @param values its float outputs by name
 * @param classes the class chosen for the image or each of its pixels; empty where none is
 */
record Prediction(TreeMap<String, float[]> values, int[] classes) {

    /**
     * The part of a batch's outputs that belongs to one image. An output whose first dimension is
     * no multiple of the batch belongs to none.
     *
     * @param classes chosen for the batch, if any are
     * @param position of the image in the batch
     * @param batch images in the batch
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

    /** Bytes that all values take. */
    long bytes() {
        long floats = values.values().stream().mapToLong(v -> v.length).sum();
        return Float.BYTES * (floats + classes.length);
    }
}
