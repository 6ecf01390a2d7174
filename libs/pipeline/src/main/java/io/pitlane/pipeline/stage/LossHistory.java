package io.pitlane.pipeline.stage;

import io.pitlane.contract.training.TrainingLoss;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The loss curves of a step's trainings, with a limit of their points. Beyond it the longest curve
 * loses every second point, between the ends of its epochs first; where every curve is short, the
 * training that has not been heard of for the longest time is forgotten. Not thread-safe.
 */
public final class LossHistory {
    /** A curve with fewer points loses none. */
    private static final int FEWEST_POINTS = 8;

    private final LinkedHashMap<String, List<TrainingLoss>> curves =
            new LinkedHashMap<>(16, 0.75f, true);
    private final int mostPoints;

    /**
     * A history without points.
     *
     * @param mostPoints of all curves together, at least {@value #FEWEST_POINTS}
     */
    public LossHistory(int mostPoints) {
        this.mostPoints = mostPoints;
    }

    /**
     * Adds a point; those of its training from its epoch on are replaced, as after a rollback or a
     * restart. A loss that is not finite has no place in a plot.
     */
    public void add(TrainingLoss point) {
        if (!Double.isFinite(point.loss())) {
            return;
        }
        var name = Objects.requireNonNullElse(point.training(), "");
        var curve = curves.computeIfAbsent(name, key -> new ArrayList<>());
        curve.removeIf(before -> before.epoch() >= point.epoch());
        curve.add(point);
        while (size() > mostPoints) {
            shrink();
        }
    }

    private int size() {
        return curves.values().stream().mapToInt(List::size).sum();
    }

    private void shrink() {
        var longest =
                curves.values().stream().max(Comparator.comparingInt(List::size)).orElseThrow();
        if (longest.size() > FEWEST_POINTS) {
            thin(longest);
        } else {
            // The map is in the order of access.
            curves.remove(curves.keySet().iterator().next());
        }
    }

    /** Drops every second point, the ends of epochs only where others are too few. */
    private static void thin(List<TrainingLoss> curve) {
        var kept = everySecond(curve, LossHistory::isEndOfEpoch);
        if (kept.size() > curve.size() * 3 / 4) {
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

    /** The points of every curve, one curve after the other, the latest training last. */
    public List<TrainingLoss> points() {
        return curves.values().stream().flatMap(List::stream).toList();
    }
}
