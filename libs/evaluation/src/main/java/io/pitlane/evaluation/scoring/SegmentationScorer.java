package io.pitlane.evaluation.scoring;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.contract.report.Accuracy;
import io.pitlane.data.Annotations.Masks;
import io.pitlane.data.Mask;
import io.pitlane.data.batch.Batch;
import io.pitlane.evaluation.scoring.SegmentedImages.ClassPixels;
import io.pitlane.graph.runtime.Outputs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Pixel accuracy and intersection over union (Everingham et al., The PASCAL VOC Challenge, 2010,
 * section 4.3), over all pixels of all images except ignored ones. Masks are resized to the output
 * of the model with nearest-neighbour interpolation; those of a batch, where it has some, because
 * they are cropped or padded like their images.
 */
public final class SegmentationScorer implements Scorer {
    private final String output;
    private final ClassDecoder decoder;
    private final Masks masks;
    private final List<List<ClassPixels>> pixels;

    /**
     * A scorer.
     *
     * @param output name of the output with scores or class ids per pixel
     * @param masks of every image of the set, as stored
     */
    public SegmentationScorer(String output, ClassDecoder decoder, Masks masks) {
        this.output = output;
        this.decoder = decoder;
        this.masks = masks;
        this.pixels = new ArrayList<>(Collections.nCopies(masks.size(), List.of()));
    }

    @Override
    public void add(Outputs outputs, Batch batch) {
        var predicted = outputs.of(output);
        int[] classes = decoder.classes(predicted);
        int height = decoder.height(predicted);
        int width = decoder.width(predicted);
        int known = decoder.ids() ? Mask.IGNORE : Math.max(2, decoder.count(predicted));
        for (int i = 0; i < batch.size(); i++) {
            int image = batch.indices()[i];
            var mask = mask(batch, i).resized(height, width);
            pixels.set(image, count(classes, i * height * width, mask, known, image));
        }
    }

    private Mask mask(Batch batch, int i) {
        return batch.annotations().orElse(null) instanceof Masks fitted
                ? fitted.mask(i)
                : masks.mask(batch.indices()[i]);
    }

    private static List<ClassPixels> count(
            int[] classes, int first, Mask mask, int known, int image) {
        var present = new int[SegmentedImages.CLASSES];
        var predicted = new int[SegmentedImages.CLASSES];
        var hit = new int[SegmentedImages.CLASSES];
        byte[] truth = mask.classes();
        for (int pixel = 0; pixel < truth.length; pixel++) {
            int actual = truth[pixel] & 0xff;
            if (actual == Mask.IGNORE) {
                continue;
            }
            if (actual >= known) {
                throw invalidInput(
                        "The mask of test image %d has the class %d, but the model has %d classes."
                                .formatted(image, actual, known),
                        "Mark pixels to ignore with " + Mask.IGNORE + ".");
            }
            int guess = classes[first + pixel];
            present[actual]++;
            if (guess >= 0 && guess < SegmentedImages.CLASSES) {
                predicted[guess]++;
            }
            hit[actual] += guess == actual ? 1 : 0;
        }
        return SegmentedImages.of(present, predicted, hit);
    }

    @Override
    public ImageResults imageResults() {
        return new SegmentedImages(pixels);
    }

    @Override
    public Optional<Accuracy> accuracy() {
        var total = new SegmentedImages(pixels).total(ImageResults.each(pixels.size()));
        long present = 0;
        long right = 0;
        var ious = new TreeMap<Integer, Double>();
        for (int c = 0; c < SegmentedImages.CLASSES; c++) {
            present += total.present(c);
            right += total.hit(c);
            if (total.present(c) > 0) {
                ious.put(c, total.iou(c));
            }
        }
        if (present == 0) {
            return Optional.empty();
        }
        double mean = ious.values().stream().mapToDouble(iou -> iou).average().orElseThrow();
        return Optional.of(new Accuracy.Segmentation((double) right / present, mean, ious));
    }
}
