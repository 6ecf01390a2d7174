package io.pitlane.evaluation.scoring;

import io.pitlane.data.Box;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Average precision of one class: the area under its precision-recall curve. A detection is matched
 * with the objects of its own image, so that the outcome is the same in every resample of the
 * images.
 */
final class AveragePrecision {
    private static final double MIN_IOU = 0.5;

    private final Map<Integer, Integer> positives = new TreeMap<>();
    private final int[] images;
    private final boolean[] truePositive;
    private final int counted;

    /**
     * Matches the detections of one class with its objects.
     *
     * @param objects by image
     * @param detections in any order
     */
    AveragePrecision(Map<Integer, List<Box>> objects, List<Detection> detections) {
        objects.forEach(
                (image, boxes) ->
                        positives.put(
                                image, (int) boxes.stream().filter(b -> !b.difficult()).count()));
        var found = Collections.<Box>newSetFromMap(new IdentityHashMap<>());
        var sorted =
                detections.stream()
                        .sorted(Comparator.comparingDouble(Detection::score).reversed())
                        .toList();
        images = new int[sorted.size()];
        truePositive = new boolean[sorted.size()];
        int kept = 0;
        for (var detection : sorted) {
            var outcome = match(detection, objects, found);
            if (outcome != Outcome.IGNORED) {
                images[kept] = detection.image();
                truePositive[kept] = outcome == Outcome.TRUE_POSITIVE;
                kept++;
            }
        }
        counted = kept;
    }

    /** How a detection counts. */
    private enum Outcome {
        TRUE_POSITIVE,
        FALSE_POSITIVE,
        IGNORED
    }

    private static Outcome match(
            Detection detection, Map<Integer, List<Box>> objects, Set<Box> found) {
        Box best = null;
        double iou = 0;
        for (var object : objects.getOrDefault(detection.image(), List.of())) {
            if (detection.iou(object) > iou) {
                iou = detection.iou(object);
                best = object;
            }
        }
        if (best == null || iou < MIN_IOU) {
            return Outcome.FALSE_POSITIVE;
        }
        if (best.difficult()) {
            return Outcome.IGNORED;
        }
        return found.add(best) ? Outcome.TRUE_POSITIVE : Outcome.FALSE_POSITIVE;
    }

    /**
     * The average precision on a resample, 0..1; NaN if all objects are difficult or there are
     * none.
     */
    double of(int[] counts) {
        long objects = 0;
        for (var image : positives.entrySet()) {
            objects += (long) counts[image.getKey()] * image.getValue();
        }
        return objects == 0 ? Double.NaN : area(precisions(counts), counts, objects);
    }

    /** Precision down to each detection, with all copies of its image. */
    private double[] precisions(int[] counts) {
        var precisions = new double[counted];
        long hits = 0;
        long seen = 0;
        for (int i = 0; i < counted; i++) {
            seen += counts[images[i]];
            hits += truePositive[i] ? counts[images[i]] : 0;
            precisions[i] = seen == 0 ? 0 : (double) hits / seen;
        }
        return precisions;
    }

    /**
     * Precision is interpolated: at each recall the highest precision at that or a higher recall.
     */
    private double area(double[] precisions, int[] counts, long objects) {
        double area = 0;
        double ceiling = 0;
        for (int i = counted - 1; i >= 0; i--) {
            ceiling = Math.max(ceiling, precisions[i]);
            if (truePositive[i]) {
                area += ceiling * counts[images[i]] / objects;
            }
        }
        return area;
    }
}
