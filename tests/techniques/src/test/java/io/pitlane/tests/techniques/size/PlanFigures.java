package io.pitlane.tests.techniques.size;

import io.pitlane.contract.artifact.ModelFormat;
import java.util.Map;

/**
 * What was measured of a model that came out of its file. Accuracies are shares of images whose
 * class is right.
 *
 * @param before of the model before, on the test images
 * @param validation of the model of the file, on the validation split
 * @param after of the model of the file, on the test images
 * @param engines of a model with quantized activations, on the test images, as each engine computes
 *     it; empty for others
 * @param bytes of the whole file
 * @param deltaBytes of the file as a delta of the model before the last step; 0 where that is float
 * @param parameters of the model before
 * @param macsBefore multiply-accumulates of the model before
 * @param macs those of the model of the file
 */
record PlanFigures(
        double before,
        double validation,
        double after,
        Map<ModelFormat, Double> engines,
        int bytes,
        int deltaBytes,
        long parameters,
        long macsBefore,
        long macs) {

    /** Points lost on the test images. */
    double loss() {
        return 100 * (before - after);
    }

    /** Bytes of the parameters in float32 over those of the file. */
    double ratio() {
        return (double) parameters * Float.BYTES / bytes;
    }

    /** How many times fewer multiply-accumulates. */
    double fewerMacs() {
        return (double) macsBefore / macs;
    }
}
