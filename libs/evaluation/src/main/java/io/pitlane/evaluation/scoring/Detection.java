package io.pitlane.evaluation.scoring;

import io.pitlane.data.Box;

/**
 * A detected box; edges are relative to the width and height of the image, 0..1.
 *
 * @param image position in the set
 * @param score confidence; only its order matters
 */
record Detection(int image, double score, double x1, double y1, double x2, double y2) {

    /**
     * Reads box {@code at} from boxes stored as ymin, xmin, ymax, xmax.
     *
     * @param height height of the image in the unit of the boxes
     * @param width width of the image in the unit of the boxes
     */
    static Detection at(
            float[] boxes, int at, float score, int image, double height, double width) {
        int first = 4 * at;
        return new Detection(
                image,
                score,
                boxes[first + 1] / width,
                boxes[first] / height,
                boxes[first + 3] / width,
                boxes[first + 2] / height);
    }

    /** Intersection over union with an object, 0..1. */
    double iou(Box object) {
        double width = Math.min(x2, object.x2()) - Math.max(x1, object.x1());
        double height = Math.min(y2, object.y2()) - Math.max(y1, object.y1());
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double both = width * height;
        double objectArea =
                ((double) object.x2() - object.x1()) * ((double) object.y2() - object.y1());
        return both / ((x2 - x1) * (y2 - y1) + objectArea - both);
    }
}
