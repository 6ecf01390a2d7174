package io.pitlane.nas;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The Pareto front of accuracy and cost: the points that no other point dominates. */
final class ParetoFront {
    private ParetoFront() {}

    /**
     * The front of some points; of several with equal accuracy and cost the first is kept.
     *
     * @return in ascending order of cost and of accuracy
     */
    static <T> List<T> of(List<T> points, ToDoubleFunction<T> accuracy, ToDoubleFunction<T> cost) {
        var sorted = new ArrayList<>(points);
        sorted.sort(
                Comparator.comparingDouble(cost)
                        .thenComparing(Comparator.comparingDouble(accuracy).reversed()));
        var front = new ArrayList<T>();
        double best = Double.NEGATIVE_INFINITY;
        for (var point : sorted) {
            if (accuracy.applyAsDouble(point) > best) {
                best = accuracy.applyAsDouble(point);
                front.add(point);
            }
        }
        return List.copyOf(front);
    }
}
