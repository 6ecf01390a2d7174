package io.pitlane.gateway.runs;

import io.pitlane.contract.run.TrainingLoss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The loss curves of a step's trainings. Bounded: the latest trainings, and of each so many points;
 * a longer curve loses points between the ends of its epochs first. Not thread-safe.
 */
final class LossCurves {
    static final int MOST_TRAININGS = 8;
    static final int MOST_POINTS = 200;

    private final LinkedHashMap<String, List<TrainingLoss>> curves = new LinkedHashMap<>();

    /** Adds a point; those from its epoch on are replaced, as after a rollback or a restart. */
    void add(TrainingLoss point) {
        var name = Objects.requireNonNullElse(point.training(), "");
        var curve = curves.computeIfAbsent(name, key -> new ArrayList<>());
        curve.removeIf(before -> before.epoch() >= point.epoch());
        curve.add(point);
        if (curve.size() > MOST_POINTS) {
            thin(curve);
        }
        if (curves.size() > MOST_TRAININGS) {
            curves.remove(curves.keySet().iterator().next());
        }
    }

    /** Drops every second point, the ends of epochs only where others are too few. */
    private static void thin(List<TrainingLoss> curve) {
        var kept = everySecond(curve, LossCurves::isEndOfEpoch);
        if (kept.size() > MOST_POINTS * 3 / 4) {
            kept = everySecond(curve, point -> false);
        }
        curve.clear();
        curve.addAll(kept);
    }

    private static List<TrainingLoss> everySecond(
            List<TrainingLoss> curve, Predicate<TrainingLoss> always) {
        int last = curve.size() - 1;
        return IntStream.rangeClosed(0, last)
                .filter(i -> (last - i) % 2 == 0 || always.test(curve.get(i)))
                .mapToObj(curve::get)
                .toList();
    }

    private static boolean isEndOfEpoch(TrainingLoss point) {
        return point.epoch() == Math.rint(point.epoch());
    }

    /** The points of every curve, one curve after the other. */
    List<TrainingLoss> points() {
        return curves.values().stream().flatMap(List::stream).toList();
    }
}
