package io.pitlane.bench;

import java.nio.file.Path;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** Predictions by TF-Java, to check those of bench. */
final class PlainTensorFlow {
    private PlainTensorFlow() {}

    /** The scores that the first output of the one signature gives for colour images. */
    static float[][] scores(Path savedModel, float[] images, int size) {
        int count = images.length / (size * size * 3);
        try (var bundle = SavedModelBundle.load(savedModel.toString(), "serve")) {
            var signature = bundle.signatures().get(0);
            var in = signature.getInputs().values().iterator().next().name;
            var out = signature.getOutputs().values().iterator().next().name;
            try (var fed =
                            TFloat32.tensorOf(
                                    Shape.of(count, size, size, 3), DataBuffers.of(images));
                    var result = bundle.session().runner().feed(in, fed).fetch(out).run()) {
                return rows((TFloat32) result.get(0), count);
            }
        }
    }

    private static float[][] rows(TFloat32 scores, int count) {
        int classes = (int) scores.shape().get(1);
        var rows = new float[count][classes];
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < classes; c++) {
                rows[i][c] = scores.getFloat(i, c);
            }
        }
        return rows;
    }
}
