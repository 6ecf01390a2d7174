package io.pitlane.evaluation.scoring;

import java.util.Map;

/**
 * The detections in every image.
 *
 * @param images number of images
 * @param perClass average precision of each class with objects
 */
record DetectedImages(int images, Map<Integer, AveragePrecision> perClass) implements ImageResults {

    /** The mean average precision over the classes with objects in the resample. */
    @Override
    public double headline(int[] counts) {
        return perClass.values().stream()
                .mapToDouble(precision -> precision.of(counts))
                .filter(precision -> !Double.isNaN(precision))
                .average()
                .orElse(Double.NaN);
    }

    @Override
    public double ofClass(int label, int[] counts) {
        var precision = perClass.get(label);
        return precision == null ? Double.NaN : precision.of(counts);
    }
}
