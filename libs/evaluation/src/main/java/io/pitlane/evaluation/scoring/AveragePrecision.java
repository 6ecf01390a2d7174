package io.pitlane.evaluation.scoring;

import io.pitlane.data.Box;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Average precision of one class: the area under its precision-recall curve. */
final class AveragePrecision {
    private static final double MIN_IOU = 0.5;

    private final Map<Integer, List<Box>> objects;

    /** Average precision against the objects of one class, by image. */
    AveragePrecision(Map<Integer, List<Box>> objects) {
        this.objects = objects;
    }

    /** How a detection counts. */
    private enum Outcome {
        TRUE_POSITIVE,
        FALSE_POSITIVE,
        IGNORED
    }

    /**
     * The average precision of the detections of the class, 0..1; empty if all objects are
     * difficult or there are none.
     */
    Optional<Double> of(List<Detection> detections) {
        long positives =
                objects.values().stream().flatMap(List::stream).filter(b -> !b.difficult()).count();
        if (positives == 0) {
            return Optional.empty();
        }
        var sorted =
                detections.stream()
                        .sorted(Comparator.comparingDouble(Detection::score).reversed())
                        .toList();
        var precisions = new double[sorted.size()];
        var hits = new int[sorted.size()];
        int counted = 0;
        int truePositives = 0;
        Set<Box> found = newIdentitySet();
        for (var detection : sorted) {
            var outcome = match(detection, found);
            if (outcome != Outcome.IGNORED) {
                truePositives += outcome == Outcome.TRUE_POSITIVE ? 1 : 0;
                precisions[counted] = (double) truePositives / (counted + 1);
                hits[counted] = truePositives;
                counted++;
            }
        }
        return Optional.of(area(precisions, hits, counted, positives));
    }

    private static Set<Box> newIdentitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private Outcome match(Detection detection, Set<Box> found) {
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
     * Precision is interpolated: at each recall the highest precision at that or a higher recall.
     */
    private static double area(double[] precisions, int[] hits, int counted, long positives) {
        double area = 0;
        double ceiling = 0;
        for (int i = counted - 1; i >= 0; i--) {
            ceiling = Math.max(ceiling, precisions[i]);
            int gained = hits[i] - (i == 0 ? 0 : hits[i - 1]);
            area += ceiling * gained / positives;
        }
        return area;
    }
}
