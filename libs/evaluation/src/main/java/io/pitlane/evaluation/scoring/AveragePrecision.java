package io.pitlane.evaluation.scoring;

import io.pitlane.data.Box;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The area under one class's precision-recall curve. */
final class AveragePrecision {
    private static final double ENOUGH = 0.5;

    private final Map<Integer, List<Box>> objects;

    /** Of the objects of one class, by image. */
    AveragePrecision(Map<Integer, List<Box>> objects) {
        this.objects = objects;
    }

    /** What became of a detection. */
    private enum Outcome {
        RIGHT,
        WRONG,
        NEITHER
    }

    /**
     * The figure of one class's detections, 0..1; empty when there is no object to be found but
     * difficult ones.
     */
    Optional<Double> of(List<Detection> detections) {
        long wanted =
                objects.values().stream().flatMap(List::stream).filter(b -> !b.difficult()).count();
        if (wanted == 0) {
            return Optional.empty();
        }
        var sorted =
                detections.stream()
                        .sorted(Comparator.comparingDouble(Detection::score).reversed())
                        .toList();
        var precisions = new double[sorted.size()];
        var rights = new int[sorted.size()];
        int counted = 0;
        int right = 0;
        Set<Box> found = newIdentitySet();
        for (var detection : sorted) {
            var outcome = judge(detection, found);
            if (outcome != Outcome.NEITHER) {
                right += outcome == Outcome.RIGHT ? 1 : 0;
                precisions[counted] = (double) right / (counted + 1);
                rights[counted] = right;
                counted++;
            }
        }
        return Optional.of(area(precisions, rights, counted, wanted));
    }

    private static Set<Box> newIdentitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private Outcome judge(Detection detection, Set<Box> found) {
        Box best = null;
        double overlap = 0;
        for (var object : objects.getOrDefault(detection.image(), List.of())) {
            if (detection.overlap(object) > overlap) {
                overlap = detection.overlap(object);
                best = object;
            }
        }
        if (best == null || overlap < ENOUGH) {
            return Outcome.WRONG;
        }
        if (best.difficult()) {
            return Outcome.NEITHER;
        }
        return found.add(best) ? Outcome.RIGHT : Outcome.WRONG;
    }

    /** At every recall the highest precision at that or a higher one. */
    private static double area(double[] precisions, int[] rights, int counted, long wanted) {
        double area = 0;
        double ceiling = 0;
        for (int i = counted - 1; i >= 0; i--) {
            ceiling = Math.max(ceiling, precisions[i]);
            int gained = rights[i] - (i == 0 ? 0 : rights[i - 1]);
            area += ceiling * gained / wanted;
        }
        return area;
    }
}
