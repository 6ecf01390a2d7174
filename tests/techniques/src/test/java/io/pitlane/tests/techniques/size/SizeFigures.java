package io.pitlane.tests.techniques.size;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.ImageSet;
import io.pitlane.evaluation.Evaluator;
import io.pitlane.training.ValidationSplit;
import java.nio.file.Path;

/**
 * What was measured of a model that came out of its file.
 *
 * @param dense errors of the network before
 * @param packed errors of the model
 * @param bytes of the whole file
 * @param parameters of the network before
 * @param seconds of the training for rate
 */
record SizeFigures(Errors dense, Errors packed, int bytes, long parameters, double seconds) {

    /**
     * Shares of images whose class is wrong.
     *
     * @param validation on the validation split, which no training has seen
     * @param test on the test images
     */
    record Errors(double validation, double test) {
        private static final double VALIDATION_IMAGES = 5000;
        private static final double TEST_IMAGES = 10_000;

        /** Of a SavedModel. */
        static Errors of(Path model, ImageSet train, ImageSet test, long seed) {
            var split = ValidationSplit.of(train, seed, LeNet.VALIDATION).validation();
            return new Errors(error(model, train.subset(split)), error(model, test));
        }

        private static double error(Path model, ImageSet images) {
            return 1
                    - Evaluator.evaluate(model, Task.CLASSIFICATION, images, LeNet.INPUT)
                            .accuracy()
                            .map(Accuracy::headline)
                            .orElseThrow()
                            .value();
        }

        /** On all of these images. */
        double pooled() {
            return (validation * VALIDATION_IMAGES + test * TEST_IMAGES)
                    / (VALIDATION_IMAGES + TEST_IMAGES);
        }
    }

    /** Points lost on all images. */
    double loss() {
        return 100 * (packed.pooled() - dense.pooled());
    }

    /** Bytes of the parameters in float32 over those of the file. */
    double ratio() {
        return (double) parameters * Float.BYTES / bytes;
    }
}
