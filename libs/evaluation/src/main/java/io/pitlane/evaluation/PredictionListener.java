package io.pitlane.evaluation;

/** Receives the prediction for each image. */
@FunctionalInterface
interface PredictionListener {

    /**
     * Receives one prediction.
     *
     * @param image index of the image in the set
     */
    void onPrediction(int image, Prediction prediction);
}
