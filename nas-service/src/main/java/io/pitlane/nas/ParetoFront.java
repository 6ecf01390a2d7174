package io.pitlane.nas;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The candidates that no other beats: more accurate at no more cost, or cheaper and no worse. */
final class ParetoFront {
    private ParetoFront() {}

    /**
     * The front of some candidates; of several with equal accuracy and cost the first stays.
     *
     * @return ascending in cost and in accuracy
     */
    static <T> List<T> of(
            List<T> candidates, ToDoubleFunction<T> accuracy, ToDoubleFunction<T> cost) {
        var sorted = new ArrayList<>(candidates);
        sorted.sort(
                Comparator.comparingDouble(cost)
                        .thenComparing(Comparator.comparingDouble(accuracy).reversed()));
        var front = new ArrayList<T>();
        double best = Double.NEGATIVE_INFINITY;
        for (var candidate : sorted) {
            if (accuracy.applyAsDouble(candidate) > best) {
                best = accuracy.applyAsDouble(candidate);
                front.add(candidate);
            }
        }
        return List.copyOf(front);
    }
}
