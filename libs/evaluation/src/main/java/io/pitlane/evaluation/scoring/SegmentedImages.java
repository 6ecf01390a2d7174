package io.pitlane.evaluation.scoring;

import java.util.ArrayList;
import java.util.List;

/**
 * The pixels of every image, counted by class.
 *
 * @param pixels the classes in each image; in the order of the images
 */
record SegmentedImages(List<List<ClassPixels>> pixels) implements ImageResults {
    /** A mask holds one byte a pixel. */
    static final int CLASSES = 256;

    /**
     * The pixels of one class in one image.
     *
     * @param present pixels of that class in the mask
     * @param predicted pixels predicted to be of that class
     * @param hit pixels that are both
     */
    record ClassPixels(int label, int present, int predicted, int hit) {}

    SegmentedImages {
        pixels = List.copyOf(pixels);
    }

    /** The classes that occur in an image, or in the prediction for it. */
    static List<ClassPixels> of(int[] present, int[] predicted, int[] hit) {
        var classes = new ArrayList<ClassPixels>();
        for (int c = 0; c < CLASSES; c++) {
            if (present[c] > 0 || predicted[c] > 0) {
                classes.add(new ClassPixels(c, present[c], predicted[c], hit[c]));
            }
        }
        return List.copyOf(classes);
    }

    @Override
    public int images() {
        return pixels.size();
    }

    /** The mean IoU over the classes in the masks of the resample. */
    @Override
    public double headline(int[] counts) {
        var total = total(counts);
        double sum = 0;
        int classes = 0;
        for (int c = 0; c < CLASSES; c++) {
            if (total.present(c) > 0) {
                sum += total.iou(c);
                classes++;
            }
        }
        return sum / classes;
    }

    @Override
    public double ofClass(int label, int[] counts) {
        var total = total(counts);
        return total.present(label) > 0 ? total.iou(label) : Double.NaN;
    }

    /** The pixels of a resample. */
    Total total(int[] counts) {
        var total = new Total(new long[CLASSES], new long[CLASSES], new long[CLASSES]);
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                for (var each : pixels.get(i)) {
                    total.add(each, counts[i]);
                }
            }
        }
        return total;
    }

    /** Pixels by class. */
    record Total(long[] presentPixels, long[] predictedPixels, long[] hitPixels) {

        private void add(ClassPixels pixels, int times) {
            presentPixels[pixels.label()] += (long) times * pixels.present();
            predictedPixels[pixels.label()] += (long) times * pixels.predicted();
            hitPixels[pixels.label()] += (long) times * pixels.hit();
        }

        long present(int label) {
            return presentPixels[label];
        }

        long hit(int label) {
            return hitPixels[label];
        }

        /** Intersection over union of a class that is present. */
        double iou(int label) {
            return (double) hitPixels[label]
                    / (presentPixels[label] + predictedPixels[label] - hitPixels[label]);
        }
    }
}
