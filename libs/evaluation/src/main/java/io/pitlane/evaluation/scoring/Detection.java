package io.pitlane.evaluation.scoring;

import io.pitlane.data.Box;

/**
 * A box that a model found, edges as shares of the image's width and height.
 *
 * @param image position in the set
 * @param score how sure the model is; only the order matters
 */
record Detection(int image, double score, double x1, double y1, double x2, double y2) {

    /**
     * Entry {@code at} of boxes written ymin, xmin, ymax, xmax.
     *
     * @param height of an image in the unit of the boxes
     * @param width of an image in the unit of the boxes
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
    double overlap(Box object) {
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
